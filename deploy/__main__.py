"""`make deploy` and `make destroy`."""

import argparse
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    WaiterError,
)

from deploy import sam
from deploy.address import http_client
from deploy.check import SelfCheck
from deploy.page import PageBucket, page_files
from deploy.remains import Remains
from deploy.site import connect_src, page_config
from deploy.stack import Stack
from deploy.steps import DeployError, Steps, say

DIST = sam.ROOT / "web" / "dist"
DEFAULT_STACK = "livepeer-chat"
# Executions at once that an account must leave to functions that reserve none.
MOST_UNRESERVABLE = 100


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
    if before.never_created:
        raise DeployError("The first deployment failed half-way: run make destroy, then again.")
    if not before.exists and "GatewayUrl" not in order.parameters:
        raise DeployError(
            "Say where the gateway is: make deploy ARGS='GatewayUrl=https://gateway.example'."
        )
    steps = Steps(5)
    with steps.step("Building the functions"):
        sam.build()
    with steps.step(f"Deploying the stack {order.stack} to {before.region}"):
        parameters = {**_for_the_account(before), **order.parameters}
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


def _for_the_account(stack: Stack) -> dict[str, str]:
    """What a first deployment must leave out. Lambda reserves nothing of a new account's limit."""
    limit = boto3.client("lambda").get_account_settings()["AccountLimit"]
    if stack.exists or limit["UnreservedConcurrentExecutions"] > MOST_UNRESERVABLE:
        return {}
    say("      This account's Lambda limit is too low to reserve any of it: WarmupConcurrency=0.")
    return {"WarmupConcurrency": "0"}


def _with_new_snapshot(stack: Stack, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """Environments that start from a snapshot see no change until there is a new one."""
    if not parameters.get("SnapStart", stack.parameters.get("SnapStart")):
        return parameters
    return {**parameters, "SnapStart": time.strftime("%Y-%m-%d.%H.%M.%S", time.gmtime())}


def destroy(order: Order) -> None:
    stack = Stack(order.stack)
    if not stack.exists:
        raise DeployError(f"There is no stack {order.stack} in {stack.region}.")
    remains = Remains(stack)
    steps = Steps(2 if order.keep_table else 3)
    with steps.step("Emptying the bucket of the page"):
        if "PageBucketName" in stack.outputs:
            PageBucket(stack).empty()
    with steps.step(f"Removing the stack {order.stack} from {stack.region}"):
        sam.delete(stack)
    if order.keep_table:
        say(f"\n  Kept: {remains}. KEEP_TABLE=no make destroy would remove them too.\n")
        return
    with steps.step("Removing the conversations"):
        remains.remove()


def main() -> None:
    order = parse(sys.argv[1:], os.environ)
    try:
        if order.command == "destroy":
            destroy(order)
        elif not deploy(order):
            sys.exit("It is deployed, but the self-check failed; see above.")
    except NoCredentialsError:
        sys.exit("AWS knows no credentials here: run aws configure, or set AWS_PROFILE.")
    except NoRegionError:
        sys.exit("AWS knows no region here: run aws configure, or set AWS_REGION.")
    except (DeployError, ClientError, WaiterError, BotoCoreError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
