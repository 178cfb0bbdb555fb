"""`make deploy`."""

import time
from collections.abc import Mapping
from pathlib import Path

from deploy import sam
from deploy.address import http_client
from deploy.check import SelfCheck
from deploy.domain import PageDomain
from deploy.order import Order
from deploy.page import PageBucket, build_page, page_files
from deploy.page_config import connect_src, page_config
from deploy.policy import STACK_POLICY
from deploy.preflight.inspection import inspect
from deploy.stack import Stack
from deploy.steps import DeployError, Steps, say

DIST = sam.ROOT / "web" / "dist"


def dry_run(order: Order) -> bool:
    """Print what a deployment would do. Return False if there is a problem."""
    inspection = inspect(order)
    for finding in inspection.findings:
        say(f"  {'PROBLEM' if finding.problem else 'ok':7}  {finding}")
    return not inspection.problems


def deploy(order: Order, dist: Path = DIST) -> bool:
    """Return whether the self-check passed. Raises DeployError with every problem."""
    inspection = inspect(order)
    if inspection.problems:
        raise DeployError("\n".join(map(str, inspection.problems)))
    plan = inspection.plan
    before = Stack(order.stack)
    steps = Steps(5)
    with steps.step("Building the functions and the page"):
        sam.build(plan.parameters["Architecture"], plan.parameters["PythonVersion"])
        build_page()
    with steps.step(f"Deploying the stack {order.stack} to {before.region}"):
        given = {**inspection.additions, **_release(plan.parameters), **order.parameters}
        sam.deploy(before, given)
        stack = Stack(order.stack)
        stack.protect(STACK_POLICY)
    bucket = PageBucket(stack)
    with steps.step("Uploading the page"):
        files = page_files(dist, page_config(stack), connect_src(stack))
        bucket.upload(files)
        bucket.remove_old(files)
    with steps.step("Clearing the distribution's cache"):
        bucket.invalidate()
    domain = PageDomain.of(stack)
    with steps.step("Checking the deployment"), http_client() as http:
        passed = SelfCheck(stack, http, domain.reachable).run()
    say(f"\n  Page          {stack.outputs['PageUrl']}")
    say(f"  Function URL  {stack.outputs['FunctionUrl']}")
    say(f"  Dashboard     {stack.outputs['DashboardUrl']}\n")
    if domain.record:
        say(f"  {domain.record}\n")
    return passed


def _release(parameters: Mapping[str, str]) -> dict[str, str]:
    """Name the deployment where the Function URL serves a published version.

    Only a changed function makes a new version, and the name is one of its variables.
    """
    if not parameters["SnapStart"] and parameters["GradualDeployment"] == "AllAtOnce":
        return {}
    return {"Release": time.strftime("%Y-%m-%d.%H.%M.%S", time.gmtime())}
