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
from deploy.remains import Remains
from deploy.site import connect_src, page_config
from deploy.stack import Stack
from deploy.steps import DeployError, Steps, say

DIST = sam.ROOT / "web" / "dist"
DEFAULT_STACK = "livepeer-chat"
# What can be done with a stack that cannot be deployed to as it is.
REMEDIES = {
    "ROLLBACK_COMPLETE": "Its first deployment failed: run make destroy, then again.",
    "ROLLBACK_FAILED": "Its first deployment failed: run make destroy, then again.",
    "CREATE_FAILED": "Its first deployment failed: run make destroy, then again.",
    "DELETE_FAILED": "It could not be removed: run make destroy again, and see what fails.",
    "UPDATE_ROLLBACK_FAILED": "Neither the last change nor the way back worked: run aws"
    " cloudformation continue-update-rollback --stack-name {name}, then again.",
}
IN_PROGRESS = "It is being changed just now: wait until that is over, then again."


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
        " checks that it works. `make destroy` removes it; the table is kept unless KEEP_TABLE=no.",
    )
    parser.add_argument("command", choices=("deploy", "destroy"))
    parser.add_argument("parameters", nargs="*", metavar="Name=Value",
        help="parameters of template.yaml; each holds until it is given anew")  # fmt: skip
    parser.add_argument("--stack", default=environ.get("STACK", DEFAULT_STACK),
        help="name of the stack (or STACK; %(default)s)")  # fmt: skip
    given = parser.parse_intermixed_args(arguments)
    for parameter in given.parameters:
        if not re.match(r"\w+=", parameter):
            parser.error(f"{parameter} is no parameter: write Name=Value.")
    return Order(
        given.command,
        given.stack,
        dict(parameter.split("=", 1) for parameter in given.parameters),
        keep_table=environ.get("KEEP_TABLE", "yes").lower() not in ("no", "false", "0"),
    )


def deploy(order: Order, dist: Path = DIST) -> bool:
    """True when the self-check found all well."""
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
    with steps.step("Letting the distribution forget the old page"):
        bucket.invalidate()
    with steps.step("Checking what was deployed"), http_client() as http:
        well = SelfCheck(stack, http).run()
    say(f"\n  Page          {stack.outputs['PageUrl']}")
    say(f"  Function URL  {stack.outputs['FunctionUrl']}")
    say(f"  Dashboard     {stack.outputs['DashboardUrl']}\n")
    return well


def _must_take_changes(stack: Stack) -> None:
    """Raises DeployError."""
    remedy = REMEDIES.get(stack.status)
    if remedy is None and stack.exists and stack.status.endswith("_IN_PROGRESS"):
        remedy = IN_PROGRESS
    if remedy:
        said = remedy.format(name=stack.name)
        raise DeployError(f"The stack {stack.name} is in {stack.status}. {said}")


def _with_new_snapshot(stack: Stack, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """Environments that start from a snapshot see no change until there is a new one."""
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
    with steps.step("Emptying the bucket of the page"):
        if "PageBucketName" in stack.outputs:
            PageBucket(stack).empty()
    with steps.step(f"Removing the stack {order.stack} from {stack.region}"):
        sam.delete(stack)
    if order.keep_table:
        say(f"\n  Kept: {remains}. To go on with them, deploy with {remains.parameters}.\n")
        return
    with steps.step("Removing the conversations"):
        remains.remove()


def main() -> None:
    order = parse(sys.argv[1:], os.environ)
    # Of AWS's tools only boto3 looks at no other name.
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
