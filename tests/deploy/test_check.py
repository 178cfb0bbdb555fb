"""What the self-check finds when something is wrong with a stack."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.check import CheckFailed, SelfCheck
from deploy.stack import Stack
from tests.deploy.conftest import Deployed
from tests.deploy.test_deploy import physical_id, sam_deploy

STACK = "chat-to-break"


@pytest.fixture(scope="module")
def broken(deployed: Deployed) -> str:
    """A stack of its own, and the name of its chat function."""
    sam_deploy(deployed.account, STACK, deployed.gateway_url)
    return physical_id(deployed.account, STACK, "ChatFunction")


@pytest.fixture
def check(deployed: Deployed, broken: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SelfCheck]:
    for name, value in deployed.account.environ.items():
        monkeypatch.setenv(name, value)
    with deployed.http() as http:
        yield SelfCheck(Stack(STACK), http)


def test_all_is_well_at_first(check: SelfCheck) -> None:
    assert check.health() == "ok"
    assert check.cors() == "the page alone, once"
    assert check.permissions() == "the Function URL has both"


@pytest.mark.parametrize("origins", [["*"], ["https://other.example"], []])
def test_another_origin_or_none_is_found(
    deployed: Deployed, broken: str, check: SelfCheck, origins: list[str]
) -> None:
    functions = deployed.account.client("lambda")
    before = functions.get_function_url_config(FunctionName=broken)["Cors"]
    functions.update_function_url_config(
        FunctionName=broken, Cors={**before, "AllowOrigins": origins}
    )
    try:
        with pytest.raises(CheckFailed, match=r"the page is answered|a stranger is answered"):
            check.cors()
    finally:
        functions.update_function_url_config(FunctionName=broken, Cors=before)


@pytest.mark.parametrize("action", ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
def test_a_permission_that_is_gone_is_named(
    deployed: Deployed, broken: str, check: SelfCheck, action: str
) -> None:
    functions = deployed.account.client("lambda")
    policy = json.loads(functions.get_policy(FunctionName=broken)["Policy"])
    [statement] = [each for each in policy["Statement"] if each["Action"] == action]
    functions.remove_permission(FunctionName=broken, StatementId=statement["Sid"])
    try:
        with pytest.raises(CheckFailed, match=f"lacks {action}$"):
            check.permissions()
    finally:
        functions.add_permission(FunctionName=broken, StatementId=statement["Sid"], **_grant(action))
        assert check.permissions()


def _grant(action: str) -> dict[str, Any]:
    only = (
        {"FunctionUrlAuthType": "NONE"}
        if action == "lambda:InvokeFunctionUrl"
        else {"InvokedViaFunctionUrl": True}
    )
    return {"Action": action, "Principal": "*", **only}
