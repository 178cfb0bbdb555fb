"""`make deploy` and `make destroy`."""

import argparse
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy import sam
from deploy.address import http_client
from deploy.check import SelfCheck
from deploy.concurrency import reservations
from deploy.failure import AWS_ERRORS, explained
from deploy.page import PageBucket, page_files
from deploy.page_config import connect_src, page_config
from deploy.remains import Remains
from deploy.stack import Stack
from deploy.steps import DeployError, Steps, say

DIST = sam.ROOT / "web" / "dist"
DEFAULT_STACK = "livepeer-chat"
# What to do about a stack that cannot be updated.
REMEDIES = {
    "ROLLBACK_COMPLETE": "Its first deployment failed: run make destroy, then make deploy again.",
    "ROLLBACK_FAILED": "Its first deployment failed: run make destroy, then make deploy again.",
    "CREATE_FAILED": "Its first deployment failed: run make destroy, then make deploy again.",
    "DELETE_FAILED": "Its removal failed: run make destroy again, and see what fails.",
    "UPDATE_ROLLBACK_FAILED": "Its last update and the rollback failed: run aws"
    " cloudformation continue-update-rollback --stack-name {name}, then make deploy again.",
}
IN_PROGRESS = "Another update is running: wait until that is over, then run this again."


@dataclass(frozen=True, slots=True)
class Order:
    command: str
    stack: str
    parameters: Mapping[str, str]
    keep_table: bool


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Order:
    parser = argparse.ArgumentParser(
        prog="make deploy ARGS=…",
        description="Deploys the chat to the AWS account of the environment, with its page, and"
        " checks that it works. `make destroy` removes it and, with"
        " KEEP_TABLE=no, the conversations too.",
    )
    parser.add_argument("command", choices=("deploy", "destroy"))
    parser.add_argument("parameters", nargs="*", metavar="Name=Value",
        help="parameters of template.yaml; each is kept until you set it again")  # fmt: skip
    parser.add_argument("--stack", default=environ.get("STACK", DEFAULT_STACK),
        help="name of the stack (or STACK; %(default)s)")  # fmt: skip
    given = parser.parse_intermixed_args(arguments)
    for parameter in given.parameters:
        if not re.match(r"\w+=", parameter):
            parser.error(f"{parameter} is not a parameter: write Name=Value.")
    return Order(
        given.command,
        given.stack,
        dict(parameter.split("=", 1) for parameter in given.parameters),
        keep_table=environ.get("KEEP_TABLE", "yes").lower() not in ("no", "false", "0"),
    )


def deploy(order: Order, dist: Path = DIST) -> bool:
    """Return whether the self-check passed."""
    before = Stack(order.stack)
    _must_take_changes(before)
    if not before.exists and not order.parameters.get("GatewayUrl"):
        raise DeployError(
            "Say where the gateway is: make deploy ARGS='GatewayUrl=https://gateway.example'."
        )
    parameters = {**reservations(before, order.parameters), **order.parameters}
    architecture = {**before.parameters, **parameters}.get("Architecture", "arm64")
    steps = Steps(5)
    with steps.step("Building the functions"):
        sam.build(architecture)
    with steps.step(f"Deploying the stack {order.stack} to {before.region}"):
        sam.deploy(before, _with_new_snapshot(before, parameters))
    stack = Stack(order.stack)
    bucket = PageBucket(stack)
    with steps.step("Uploading the page"):
        files = page_files(dist, page_config(stack), connect_src(stack))
        bucket.upload(files)
        bucket.remove_old(files)
    with steps.step("Clearing the distribution's cache"):
        bucket.invalidate()
    with steps.step("Checking the deployment"), http_client() as http:
        passed = SelfCheck(stack, http).run()
    say(f"\n  Page          {stack.outputs['PageUrl']}")
    say(f"  Function URL  {stack.outputs['FunctionUrl']}")
    say(f"  Dashboard     {stack.outputs['DashboardUrl']}\n")
    return passed


def _must_take_changes(stack: Stack) -> None:
    """Raises DeployError."""
    remedy = REMEDIES.get(stack.status)
    if remedy is None and stack.exists and stack.status.endswith("_IN_PROGRESS"):
        remedy = IN_PROGRESS
    if remedy:
        advice = remedy.format(name=stack.name)
        raise DeployError(f"The stack {stack.name} is in {stack.status}. {advice}")


def _with_new_snapshot(stack: Stack, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """Take a new snapshot: environments that start from the old one would miss the change."""
    if not parameters.get("SnapStart", stack.parameters.get("SnapStart")):
        return parameters
    return {**parameters, "SnapStart": time.strftime("%Y-%m-%d.%H.%M.%S", time.gmtime())}


def destroy(order: Order) -> None:
    stack = Stack(order.stack)
    if not stack.exists:
        raise DeployError(
            f"There is no stack {order.stack} in {stack.region}. Is AWS_REGION the region it is in?"
        )
    remains = Remains(stack)
    steps = Steps(2 if order.keep_table else 3)
    with steps.step("Emptying the page's bucket"):
        if "PageBucketName" in stack.outputs:
            PageBucket(stack).empty()
    with steps.step(f"Removing the stack {order.stack} from {stack.region}"):
        sam.delete(stack)
    if order.keep_table:
        say(f"\n  Kept: {remains}. To use them again, deploy with {remains.parameters}.\n")
        return
    with steps.step("Removing the conversations"):
        remains.remove()


def main() -> None:
    order = parse(sys.argv[1:], os.environ)
    # boto3, unlike AWS's other tools, reads only AWS_DEFAULT_REGION.
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region
    try:
        if order.command == "destroy":
            destroy(order)
        elif not deploy(order):
            sys.exit("It is deployed, but the self-check failed; see above.")
    except DeployError as error:
        sys.exit(str(error))
    except AWS_ERRORS as error:
        sys.exit(explained(error))


if __name__ == "__main__":
    main()
