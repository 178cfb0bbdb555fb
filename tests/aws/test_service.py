"""Calls of AWS's JSON services: retries and errors."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from zlib import crc32

import pytest

from shared.aws.account import Account
from shared.aws.retry import ATTEMPTS, THROTTLED
from shared.aws.service import (
    DYNAMODB,
    SECRETS_MANAGER,
    Service,
    ServiceRefused,
    ServiceUnavailable,
)
from shared.aws.signed_posts import SignedPosts
from tests.api.server import account
from tests.aws.test_account import credentials_until
from tests.scripted_gateway import (
    MODES,
    Head,
    Received,
    Script,
    ScriptedGateway,
    answer,
    in_turn,
    json_answer,
)

GOOD = json_answer(200, {"Item": {}})


def refusal(code: str, status: int = 400) -> Script:
    return json_answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}"})


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.aws.retry.THROTTLED_PAUSE_S", 0.01)


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
        [json_answer(200, {"Item": {}}, headers=(("x-amz-crc32", "1"),))],
        *([refusal(code)] for code in sorted(THROTTLED)),
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


@pytest.mark.parametrize("body", ["", "[]", "null"])
async def test_answer_without_an_object_is_a_refusal(
    service: Service, aws: ScriptedGateway, body: str
) -> None:
    with pytest.raises(ServiceRefused):
        await called(service, aws, answer(200, body))


async def test_nothing_is_sent_without_credentials(aws: ScriptedGateway) -> None:
    service = Service(SECRETS_MANAGER, Account({"AWS_ENDPOINT_URL": aws.origin}))
    with pytest.raises(ServiceUnavailable):
        await service.call("GetSecretValue", {"SecretId": "key"})
    await service.close()
    assert aws.requests == []


async def test_answer_with_the_right_checksum_is_accepted(
    service: Service, aws: ScriptedGateway
) -> None:
    body = b'{"Item": {}}'
    right = answer(200, body, "application/json", (("x-amz-crc32", str(crc32(body))),))
    assert await called(service, aws, right) == {"Item": {}}
    assert len(aws.requests) == 1


async def test_expired_credentials_are_fetched_again(aws: ScriptedGateway) -> None:
    async with ScriptedGateway(json_answer(200, credentials_until(3600, "OLD"))) as endpoint:
        variables = {
            "AWS_ENDPOINT_URL": aws.origin,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.origin,
        }
        service = Service(DYNAMODB, Account(variables))
        await called(service, aws, GOOD)
        endpoint.script = json_answer(200, credentials_until(3600, "NEW"))
        expired = refusal("ExpiredTokenException")
        assert await called(service, aws, expired, GOOD) == {"Item": {}}
        await service.close()
    signed = [request.headers["authorization"].split("/")[0] for request in aws.requests]
    assert [each.rpartition("=")[2] for each in signed] == ["OLD", "OLD", "NEW"]
    assert len(endpoint.requests) == 2


async def test_credentials_that_cannot_be_renewed_are_refused_once(
    service: Service, aws: ScriptedGateway
) -> None:
    with pytest.raises(ServiceRefused, match="ExpiredTokenException"):
        await called(service, aws, refusal("ExpiredTokenException"))
    assert len(aws.requests) == 1


def signed_at(request: Received) -> float:
    stamp = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")  # noqa: DTZ007
    return stamp.replace(tzinfo=UTC).timestamp()


def dated(script: Script, seconds_from_now: float) -> Script:
    date = formatdate(time.time() + seconds_from_now, usegmt=True)
    head, *rest = script.steps
    assert isinstance(head, Head)
    return Script((replace(head, headers=(*head.headers, ("Date", date))), *rest))


@pytest.mark.parametrize("code", ["InvalidSignatureException", "RequestTimeTooSkewed"])
@pytest.mark.parametrize("skew_s", [-1200, 1200])
async def test_wrong_clock_is_corrected_by_the_answer(
    service: Service, aws: ScriptedGateway, code: str, skew_s: int
) -> None:
    assert await called(service, aws, dated(refusal(code), skew_s), GOOD) == {"Item": {}}
    await called(service, aws, GOOD)
    first, *later = map(signed_at, aws.requests)
    assert abs(first - time.time()) < 60
    assert len(later) == 2
    assert all(abs(each - time.time() - skew_s) < 60 for each in later)


async def test_wrong_clock_is_corrected_for_concurrent_calls(
    service: Service, aws: ScriptedGateway
) -> None:
    ahead_s = 1200

    def by_time(request: Received) -> Script:
        if abs(signed_at(request) - time.time() - ahead_s) < 60:
            return GOOD
        return dated(refusal("InvalidSignatureException"), ahead_s)

    aws.script = by_time
    calls = [service.call("GetItem", {"TableName": "T"}) for _ in range(4)]
    assert await asyncio.gather(*calls) == [{"Item": {}}] * 4


async def test_wrong_signature_at_the_right_time_is_refused_once(
    service: Service, aws: ScriptedGateway
) -> None:
    with pytest.raises(ServiceRefused, match="InvalidSignatureException"):
        await called(service, aws, dated(refusal("InvalidSignatureException"), 0))
    with pytest.raises(ServiceRefused, match="InvalidSignatureException"):
        await called(service, aws, refusal("InvalidSignatureException"))
    assert len(aws.requests) == 2


async def test_answer_shows_no_secret(aws: ScriptedGateway) -> None:
    aws.script = json_answer(200, {"SecretString": "hidden"})
    posts = SignedPosts(account(aws.origin), "dynamodb", "DYNAMODB")
    answer = await posts.post({"content-type": "application/json"}, b"{}")
    await posts.close()
    assert answer.document == {"SecretString": "hidden"}
    assert "hidden" not in repr(answer)
