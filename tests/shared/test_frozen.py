"""What an environment caches ages while Lambda freezes it between invocations.

The monotonic clock stops then. It hardly moves in these tests, while the wall clock jumps.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import httpx
import jwt
import pytest

from chat.generation.warmth_cache import WarmthCache
from chat.identity.keys import SessionKeys
from chat.identity.provider import REFETCH_S, Provider
from chat.identity.sessions import NotSignedIn
from shared.age import NEVER, is_older
from shared.aws import secret
from shared.settings import Settings
from tests.api.server import open_table
from tests.oidc.tokens import jwks, signed
from tests.scripted_gateway import ScriptedGateway, json_answer
from tests.table.local_table import TestTable

PING_S = 240.0
HOURS_4 = 4 * 3600
DAY_S = 24 * 3600
KEYS = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}
SETTINGS = Settings.from_env({"LIVEPEER_GATEWAY_URL": "http://127.0.0.1", "TABLE_NAME": "Table"})


@dataclass(slots=True)
class Freezer:
    """Freezes this environment between its invocations, which take no time."""

    offset_s: float = 0.0

    async def for_four_hours(self, invocation: Callable[[], Awaitable[object]]) -> None:
        """A ping wakes the environment every few minutes."""
        while self.offset_s < HOURS_4:
            await invocation()
            self.offset_s += PING_S


@pytest.fixture
def freezer(monkeypatch: pytest.MonkeyPatch) -> Freezer:
    freezer, now = Freezer(), time.time
    monkeypatch.setattr("time.time", lambda: now() + freezer.offset_s)
    return freezer


@pytest.fixture
async def secrets(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedGateway]:
    """Secrets Manager, whose secret is 40 letters."""
    async with ScriptedGateway(json_answer(200, {"SecretString": "k" * 40})) as secrets:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": secrets.origin}.items():
            monkeypatch.setenv(name, value)
        secret._read.clear()
        yield secrets
        secret._read.clear()


async def test_session_keys_are_read_every_five_minutes(
    freezer: Freezer, secrets: ScriptedGateway
) -> None:
    keys = SessionKeys(replace(SETTINGS, session_secret_name="sessions"))
    await freezer.for_four_hours(keys.sessions)
    # Two versions each time. An age of five minutes shows at every second ping.
    assert len(secrets.requests) == 2 * HOURS_4 / PING_S / 2


async def test_gateway_key_is_read_every_five_minutes(
    freezer: Freezer, secrets: ScriptedGateway
) -> None:
    settings = replace(SETTINGS, api_key_secret="gateway")
    await freezer.for_four_hours(lambda: secret.gateway_key(settings))
    assert len(secrets.requests) == HOURS_4 / PING_S / 2


async def test_warmth_is_read_with_every_invocation(freezer: Freezer, table: TestTable) -> None:
    opened = open_table(table)
    cache = WarmthCache(opened, SETTINGS)
    maps: list[object] = []

    async def turn() -> None:
        maps.append(await cache.read())

    await freezer.for_four_hours(turn)
    await opened.close()
    assert len(set(map(id, maps))) == HOURS_4 / PING_S


async def test_unknown_keys_of_the_provider_are_fetched_every_time(freezer: Freezer) -> None:
    token = {"kid": "rotated"}
    async with ScriptedGateway(json_answer(200, jwks())) as origin:
        async with httpx.AsyncClient() as http:
            provider = Provider(origin.origin, "page", http)

            async def sign_in() -> None:
                with pytest.raises(NotSignedIn):
                    await provider.user_id("", token)

            await freezer.for_four_hours(sign_in)
        # The provider's document and its keys.
        assert len(origin.requests) == 2 * HOURS_4 / PING_S


async def test_withdrawn_key_of_the_provider_is_refused_within_hours(freezer: Freezer) -> None:
    async with ScriptedGateway(json_answer(200, jwks())) as origin, httpx.AsyncClient() as http:
        provider = Provider(origin.origin, "page", http)
        token = signed(
            {
                "iss": origin.origin,
                "sub": "anna",
                "exp": int(time.time()) + DAY_S,
                "client_id": "page",
                "token_use": "access",
            }
        )
        header = jwt.get_unverified_header(token)
        assert await provider.user_id(token, header)
        # Known keys are not lost while the provider is down.
        freezer.offset_s = 2 * 3600
        origin.script = json_answer(500, {})
        assert await provider.user_id(token, header)
        origin.script = json_answer(200, {"keys": [{**jwks()["keys"][0], "kid": "k2"}]})
        # The failed fetch is soon repeated, not after another hour.
        freezer.offset_s += REFETCH_S
        with pytest.raises(NotSignedIn):
            await provider.user_id(token, header)


def test_age_counts_from_the_given_moment_and_never_is_old() -> None:
    now = time.time()
    assert is_older(NEVER, 5)
    assert is_older(now - 5, 5)
    assert not is_older(now - 60, 120)


def test_clock_that_was_set_back_makes_everything_old() -> None:
    assert is_older(time.time() + 60, 300)
