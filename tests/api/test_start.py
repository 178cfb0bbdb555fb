"""GET /api/start answers with everything the page needs to open."""

import asyncio
import time
from typing import Any

import jwt
import pytest

from chat.api import start as start_route
from chat.identity.sessions import ISSUER, SESSION_S, key_id
from shared.table.table import TableUnavailable
from tests.api.client import Person
from tests.api.server import SESSION_SECRET
from tests.api.visiting import newcomer, visiting
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable
from tests.warmup.models import MODELS, requested_models

USER = "anon-01ARZ3NDEKTSV4RRFFQ69G5FAV"


def token(issued_at: float, key: str = SESSION_SECRET, **header: str) -> str:
    claims = {"iss": ISSUER, "sub": USER, "iat": int(issued_at), "exp": int(issued_at) + SESSION_S}
    return jwt.encode(claims, key, "HS256", headers={"kid": key_id(SESSION_SECRET), **header})


async def start(person: Person, query: str = "") -> dict[str, Any]:
    response = await person.get(f"/api/start{query}")
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    started: dict[str, Any] = response.json()
    return started


async def test_first_visit_gets_a_session_and_warms_the_default_model(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        person.headers = {}
        started = await start(person)
        person.headers = {"authorization": f"Bearer {started['session']['token']}"}
        assert started["me"] == (await person.get("/api/me")).json()
        await gateway.request()
    assert started["session"].keys() == {"token", "user_id", "expires_at"}
    assert started["me"]["user_id"] == started["session"]["user_id"]
    assert (started["default"], started["warming"]) == ("one/model", "one/model")
    assert (started["conversations"], started["cursor"]) == ([], None)
    assert requested_models(gateway) == ["one/model"]


async def test_returning_user_gets_the_answers_of_the_single_routes(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        await person.send("Hello")
        started = await start(person)
        single = {
            **(await person.get("/api/models")).json(),
            **(await person.get("/api/conversations")).json(),
            "me": (await person.get("/api/me")).json(),
        }
    assert len(started["conversations"]) == 1
    # The default model is warm after the reply, so nothing is warmed. No session is issued.
    assert started == {**single, "warming": None}
    assert len(gateway.requests) == 1


async def test_expired_session_is_replaced(gateway: ScriptedGateway, table: TestTable) -> None:
    async with visiting(gateway, table) as person:
        person.headers = {"authorization": f"Bearer {token(time.time() - SESSION_S - 1)}"}
        started = await start(person)
    assert started["me"]["user_id"] == started["session"]["user_id"] != USER


async def test_session_is_renewed_after_half_its_lifetime(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table) as person:
        person.headers = {"authorization": f"Bearer {token(time.time() - SESSION_S / 2 - 1)}"}
        started = await start(person)
    assert started["session"]["user_id"] == started["me"]["user_id"] == USER
    assert started["session"]["expires_at"] > time.time() + SESSION_S - 600


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        token(0, key="another-key-that-is-long-enough-for-it"),
        token(time.time(), kid="unknown"),
        token(time.time(), crit="exp"),
        token(time.time())[:-4],
    ],
    ids=["no token", "expired under another key", "unknown key", "crit", "cut"],
)
async def test_forged_token_is_refused_and_not_replaced(
    gateway: ScriptedGateway, table: TestTable, forged: str
) -> None:
    async with visiting(gateway, table) as person:
        person.headers = {"authorization": f"Bearer {forged}"}
        response = await person.get("/api/start")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_signed_in"
    assert gateway.requests == []


async def test_new_sessions_are_rate_limited_but_existing_ones_are_served(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        responses = [await person.http.get("/api/start") for _ in range(3)]
        person.headers = {"authorization": f"Bearer {token(time.time() - SESSION_S / 2 - 1)}"}
        started = await start(person)
        other = await start(newcomer(person.http))
    # A new minute may start between two of the requests.
    refused = [response for response in responses if response.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["limit"] == "requests_per_minute"
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    assert started["me"]["user_id"] == USER
    assert "session" not in other


async def test_requested_model_is_warmed(gateway: ScriptedGateway, table: TestTable) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        assert (await start(person, "?model=two/model"))["warming"] == "two/model"
        await gateway.request()
        # The page must open even if its model is no longer listed.
        assert (await start(person, "?model=gone/model"))["warming"] == "one/model"
        await gateway.request(2)
    assert requested_models(gateway) == ["two/model", "one/model"]


async def test_failed_read_cancels_the_others(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def fail(*_: object) -> None:
        raise TableUnavailable

    async def hang(*_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr(start_route, "me_json", fail)
    monkeypatch.setattr(start_route, "models_json", hang)
    response = await person.get("/api/start")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "storage_unavailable"
    assert ended.is_set()
