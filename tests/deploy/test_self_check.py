"""The self-check of `make deploy`, on a stack that each test breaks in one place."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.check import CheckFailed, SelfCheck
from deploy.stack import Stack
from tests.deploy.cloud import Account

STACK = "chat-to-break"


@pytest.fixture(scope="module")
def function(aws: Account, gateway_url: str, built_template: Path) -> str:
    """The name of the stack's chat function."""
    aws.create(built_template, STACK, gateway_url)
    return aws.physical_id(STACK, "ChatFunction")


@pytest.fixture
def check(
    aws: Account, function: str, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> SelfCheck:
    for name, value in aws.environ.items():
        monkeypatch.setenv(name, value)
    return SelfCheck(Stack(STACK), http)


def test_an_intact_stack_passes(check: SelfCheck) -> None:
    assert check.health() == "ok"
    assert check.cors() == "the page alone, once"
    assert check.permissions() == "the Function URL has both"


@pytest.mark.parametrize("origins", [["*"], ["https://other.example"], []])
def test_another_allowed_origin_or_none_fails(
    aws: Account, function: str, check: SelfCheck, origins: list[str]
) -> None:
    functions = aws.client("lambda")
    before = functions.get_function_url_config(FunctionName=function)["Cors"]
    functions.update_function_url_config(
        FunctionName=function, Cors={**before, "AllowOrigins": origins}
    )
    try:
        with pytest.raises(CheckFailed, match=r"the page is answered|a stranger is answered"):
            check.cors()
    finally:
        functions.update_function_url_config(FunctionName=function, Cors=before)


@pytest.mark.parametrize("action", ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
def test_a_missing_permission_is_named(
    aws: Account, function: str, check: SelfCheck, action: str
) -> None:
    functions = aws.client("lambda")
    policy = json.loads(functions.get_policy(FunctionName=function)["Policy"])
    [statement] = [each for each in policy["Statement"] if each["Action"] == action]
    functions.remove_permission(FunctionName=function, StatementId=statement["Sid"])
    try:
        with pytest.raises(CheckFailed, match=f"lacks {action}$"):
            check.permissions()
    finally:
        functions.add_permission(
            FunctionName=function, StatementId=statement["Sid"], **permission(action)
        )
        assert check.permissions()


def permission(action: str) -> dict[str, Any]:
    condition = (
        {"FunctionUrlAuthType": "NONE"}
        if action == "lambda:InvokeFunctionUrl"
        else {"InvokedViaFunctionUrl": True}
    )
    return {"Action": action, "Principal": "*", **condition}
