"""GET /api/start: one answer with everything that the page needs to open."""

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
from tests.conftest import TestTable
from tests.scripted_gateway import ScriptedGateway
from tests.warmup.models import MODELS, asked

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


async def test_a_first_visit_gets_a_session_and_a_warm_model(
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
    assert asked(gateway) == ["one/model"]


async def test_a_returning_user_gets_what_the_single_routes_answer(
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
    # The only model that was used is warm, so nothing is warmed and no session is issued.
    assert started == {**single, "warming": None}
    assert len(gateway.requests) == 1


async def test_an_expired_session_is_replaced(gateway: ScriptedGateway, table: TestTable) -> None:
    async with visiting(gateway, table) as person:
        person.headers = {"authorization": f"Bearer {token(time.time() - SESSION_S - 1)}"}
        started = await start(person)
    assert started["me"]["user_id"] == started["session"]["user_id"] != USER


async def test_a_session_past_its_half_is_renewed(
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
async def test_a_forged_token_is_not_replaced(
    gateway: ScriptedGateway, table: TestTable, forged: str
) -> None:
    async with visiting(gateway, table) as person:
        person.headers = {"authorization": f"Bearer {forged}"}
        response = await person.get("/api/start")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_signed_in"
    assert gateway.requests == []


async def test_new_sessions_are_limited_and_existing_ones_still_open(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        responses = [await person.http.get("/api/start") for _ in range(3)]
        person.headers = {"authorization": f"Bearer {token(time.time() - SESSION_S / 2 - 1)}"}
        started = await start(person)
        other = await start(newcomer(person.http))
    # A new minute may begin between two of the requests.
    refused = [response for response in responses if response.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["limit"] == "requests_per_minute"
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    assert started["me"]["user_id"] == USER
    assert "session" not in other


async def test_the_model_of_the_next_message_is_warmed(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        assert (await start(person, "?model=two/model"))["warming"] == "two/model"
        await gateway.request()
        # A model that is no longer listed must not keep the page from opening.
        assert (await start(person, "?model=gone/model"))["warming"] == "one/model"
        await gateway.request(2)
    assert asked(gateway) == ["two/model", "one/model"]


async def test_a_failed_read_ends_the_others(
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
