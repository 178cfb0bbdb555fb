"""Where keys and addresses come from."""

import time
from collections.abc import AsyncIterator

import pytest

from shared.aws.account import RENEW_S, Account, NoCredentials
from shared.warmth.warmth import iso
from tests.scripted_gateway import ScriptedGateway, json_answer

TOKEN = "the-environment-s-own"


def keys_until(seconds_from_now: float, key: str = "AKIA1") -> dict[str, str | None]:
    return {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": iso(time.time() + seconds_from_now),
    }


@pytest.fixture
async def giver() -> AsyncIterator[ScriptedGateway]:
    """Gives keys, as SnapStart's environments have it."""
    async with ScriptedGateway(json_answer(200, keys_until(3600))) as giver:
        yield giver


def account(giver: ScriptedGateway) -> Account:
    return Account(
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": giver.origin,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN,
        }
    )


async def test_credentials_are_read_from_the_environment() -> None:
    given = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }
    keys = await Account(given).credentials()
    assert (keys.id, keys.secret, keys.token) == ("AKIA", "secret", "token")
    assert "secret" not in repr(keys)


async def test_credentials_are_fetched_once(giver: ScriptedGateway) -> None:
    reached = account(giver)
    keys = [await reached.credentials() for _ in range(3)]
    assert [(each.id, each.token) for each in keys] == [("AKIA1", "token")] * 3
    (request,) = giver.requests
    assert request.headers["authorization"] == TOKEN


async def test_credentials_are_fetched_again_before_they_expire(giver: ScriptedGateway) -> None:
    giver.script = json_answer(200, keys_until(RENEW_S - 60))
    reached = account(giver)
    await reached.credentials()
    giver.script = json_answer(200, keys_until(3600, "AKIA2"))
    assert (await reached.credentials()).id == "AKIA2"


@pytest.mark.parametrize("answer", [{}, [], {"AccessKeyId": "AKIA"}])
async def test_missing_credentials_raise_no_credentials(
    giver: ScriptedGateway, answer: object
) -> None:
    giver.script = json_answer(200, answer)
    with pytest.raises(NoCredentials):
        await account(giver).credentials()
    with pytest.raises(NoCredentials):
        await Account({}).credentials()


def test_endpoint_comes_from_the_region_or_a_variable() -> None:
    def where(**variables: str) -> str:
        return Account(variables).endpoint("dynamodb", "DYNAMODB")

    assert where(AWS_REGION="eu-west-1") == "https://dynamodb.eu-west-1.amazonaws.com"
    assert where(AWS_ENDPOINT_URL="http://127.0.0.1:1/") == "http://127.0.0.1:1"
    assert where(AWS_ENDPOINT_URL="http://a", AWS_ENDPOINT_URL_DYNAMODB="http://b") == "http://b"
