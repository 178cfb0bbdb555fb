"""Calls of AWS's JSON services: retries and errors."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from shared.aws.account import Account
from shared.aws.service import (
    ATTEMPTS,
    BUSY,
    DYNAMODB,
    SECRETS_MANAGER,
    Service,
    ServiceRefused,
    ServiceUnavailable,
)
from tests.api.server import account
from tests.scripted_gateway import MODES, Script, ScriptedGateway, answer, in_turn, json_answer

GOOD = json_answer(200, {"Item": {}})


def refusal(code: str, status: int = 400) -> Script:
    return json_answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}"})


@pytest.fixture
async def aws() -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway(GOOD) as aws:
        yield aws


@pytest.fixture
async def service(aws: ScriptedGateway) -> AsyncIterator[Service]:
    service = Service(DYNAMODB, account(aws.origin))
    yield service
    await service.close()


async def called(service: Service, aws: ScriptedGateway, *scripts: Script) -> dict[str, Any]:
    aws.script = in_turn(*scripts)
    return await service.call("GetItem", {"TableName": "T"})


async def test_call_is_one_signed_post(service: Service, aws: ScriptedGateway) -> None:
    assert await called(service, aws, GOOD) == {"Item": {}}
    (request,) = aws.requests
    assert request.json == {"TableName": "T"}
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=test/")


@pytest.mark.parametrize(
    "failures",
    [
        [MODES["reset"].script],
        [MODES["closed"].script, answer(503, "Service Unavailable")],
        [refusal("InternalServerError", 500)],
        [answer(200, "<html>")],
        *([refusal(code)] for code in sorted(BUSY)),
    ],
)
async def test_temporary_failure_is_retried(
    service: Service, aws: ScriptedGateway, failures: Sequence[Script]
) -> None:
    assert await called(service, aws, *failures, GOOD) == {"Item": {}}
    assert len(aws.requests) == len(failures) + 1


async def test_call_fails_after_the_last_attempt(service: Service, aws: ScriptedGateway) -> None:
    with pytest.raises(ServiceUnavailable):
        await called(service, aws, answer(500))
    assert len(aws.requests) == ATTEMPTS


async def test_refusal_is_not_retried_and_has_a_code(
    service: Service, aws: ScriptedGateway
) -> None:
    with pytest.raises(ServiceRefused) as refused:
        await called(service, aws, refusal("ConditionalCheckFailedException"))
    assert refused.value.code == "ConditionalCheckFailedException"
    assert len(aws.requests) == 1


async def test_nothing_is_sent_without_credentials(aws: ScriptedGateway) -> None:
    service = Service(SECRETS_MANAGER, Account({"AWS_ENDPOINT_URL": aws.origin}))
    with pytest.raises(ServiceUnavailable):
        await service.call("GetSecretValue", {"SecretId": "key"})
    await service.close()
    assert aws.requests == []
