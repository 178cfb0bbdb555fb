"""Where credentials and endpoints come from."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from shared.aws.account import RENEW_AGAIN_S, RENEW_S, Account
from shared.aws.credentials import FETCHES, NoCredentials
from shared.warmth.warmth import iso
from tests.scripted_gateway import MODES, ScriptedGateway, in_turn, json_answer

TOKEN = "the-environment-s-own"


def credentials_until(seconds_from_now: float, key: str = "AKIA1") -> dict[str, str | None]:
    return {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": iso(time.time() + seconds_from_now),
    }


@pytest.fixture
async def endpoint() -> AsyncIterator[ScriptedGateway]:
    """The endpoint that serves credentials to SnapStart environments."""
    async with ScriptedGateway(json_answer(200, credentials_until(3600))) as endpoint:
        yield endpoint


def account(endpoint: ScriptedGateway) -> Account:
    return Account(
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.origin,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN,
        }
    )


async def test_credentials_are_read_from_the_environment() -> None:
    variables = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }
    credentials = await Account(variables).credentials()
    assert (credentials.id, credentials.secret, credentials.token) == ("AKIA", "secret", "token")
    assert "secret" not in repr(credentials)


async def test_credentials_are_fetched_once(endpoint: ScriptedGateway) -> None:
    snap_start_account = account(endpoint)
    credentials = [await snap_start_account.credentials() for _ in range(3)]
    assert [(each.id, each.token) for each in credentials] == [("AKIA1", "token")] * 3
    (request,) = endpoint.requests
    assert request.headers["authorization"] == TOKEN


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock is ahead by the sum of these seconds."""
    now, jumps = time.time, list[float]()
    monkeypatch.setattr("time.time", lambda: now() + sum(jumps))
    return jumps


async def test_credentials_are_fetched_again_before_they_expire(
    endpoint: ScriptedGateway, clock: list[float]
) -> None:
    endpoint.script = json_answer(200, credentials_until(RENEW_S - 60))
    snap_start_account = account(endpoint)
    await snap_start_account.credentials()
    endpoint.script = json_answer(200, credentials_until(3600, "AKIA2"))
    assert (await snap_start_account.credentials()).id == "AKIA1"
    clock.append(RENEW_AGAIN_S)
    assert (await snap_start_account.credentials()).id == "AKIA2"


async def test_expired_credentials_are_fetched_at_once(endpoint: ScriptedGateway) -> None:
    endpoint.script = json_answer(200, credentials_until(-1))
    snap_start_account = account(endpoint)
    await snap_start_account.credentials()
    endpoint.script = json_answer(200, credentials_until(3600, "AKIA2"))
    assert (await snap_start_account.credentials()).id == "AKIA2"


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.aws.credentials.FETCH_PAUSE_S", 0)


@pytest.mark.usefixtures("no_pauses")
async def test_failed_fetch_of_credentials_is_repeated(endpoint: ScriptedGateway) -> None:
    good = json_answer(200, credentials_until(3600))
    endpoint.script = in_turn(MODES["reset"].script, json_answer(500, {}), good)
    assert (await account(endpoint).credentials()).id == "AKIA1"
    assert len(endpoint.requests) == FETCHES == 3


@pytest.mark.usefixtures("no_pauses")
async def test_valid_credentials_are_kept_while_new_ones_cannot_be_fetched(
    endpoint: ScriptedGateway, clock: list[float]
) -> None:
    endpoint.script = json_answer(200, credentials_until(RENEW_S - 60))
    snap_start_account = account(endpoint)
    assert (await snap_start_account.credentials()).id == "AKIA1"
    endpoint.script = json_answer(500, {})
    clock.append(RENEW_AGAIN_S)
    calls = [snap_start_account.credentials() for _ in range(3)]
    assert [each.id for each in await asyncio.gather(*calls)] == ["AKIA1"] * 3
    # Only the first of the three waits for the endpoint that fails.
    assert len(endpoint.requests) == 1 + FETCHES
    clock.append(RENEW_S)
    with pytest.raises(NoCredentials):
        await snap_start_account.credentials()


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("answer", [{}, [], {"AccessKeyId": "AKIA"}])
async def test_missing_credentials_raise_no_credentials(
    endpoint: ScriptedGateway, answer: object
) -> None:
    endpoint.script = json_answer(200, answer)
    with pytest.raises(NoCredentials):
        await account(endpoint).credentials()
    with pytest.raises(NoCredentials):
        await Account({}).credentials()


def test_endpoint_comes_from_the_region_or_a_variable() -> None:
    def endpoint_with(**variables: str) -> str:
        return Account(variables).endpoint("dynamodb", "DYNAMODB")

    assert endpoint_with(AWS_REGION="eu-west-1") == "https://dynamodb.eu-west-1.amazonaws.com"
    assert endpoint_with(AWS_ENDPOINT_URL="http://127.0.0.1:1/") == "http://127.0.0.1:1"
    assert (
        endpoint_with(AWS_ENDPOINT_URL="http://a", AWS_ENDPOINT_URL_DYNAMODB="http://b")
        == "http://b"
    )
