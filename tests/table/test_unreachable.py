"""No gateway is called if nothing can be counted or saved."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.server import serving, settings_for
from tests.api.visiting import newcomer
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable

MESSAGES = [{"role": "user", "content": "Hello"}]


@pytest.fixture(params=["silent", "reset", "closed", "500"])
async def broken(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TestTable]:
    """A table whose endpoint is not DynamoDB."""
    monkeypatch.setattr("shared.aws.signed_posts.READ_S", 0.3)
    async with ScriptedGateway(MODES[request.param].script) as endpoint:
        yield TestTable("Table", endpoint.origin)


@pytest.mark.parametrize("limits", [{}, {"REQUESTS_PER_MINUTE": "9", "CONCURRENT_STREAMS": "3"}])
async def test_every_route_is_503_and_calls_no_gateway_if_the_table_fails(
    gateway: ScriptedGateway, broken: TestTable, limits: dict[str, str]
) -> None:
    gateway.script = MODES["normal"].script
    settings = settings_for(gateway, broken, **limits)
    async with (
        serving(settings, broken) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        person = newcomer(http)
        started = time.monotonic()
        answers = await asyncio.gather(
            person.post(
                f"/api/conversations/{ULID()}/turns",
                {"message": {"id": str(uuid4()), "content": "Hello"}},
            ),
            person.post("/api/chat", {"messages": MESSAGES}),
            person.post("/v1/chat/completions", {"messages": MESSAGES, "model": MODEL}),
            person.post("/v1/chat/completions", {"messages": MESSAGES, "stream": True}),
            person.get("/api/me"),
        )
        assert time.monotonic() - started < 30
    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert answer.json()["error"]["code"] == "storage_unavailable"
        assert "Nothing was sent" in answer.json()["error"]["message"]
        assert int(answer.headers["retry-after"]) >= 1
    assert gateway.requests == []


async def test_turn_calls_no_gateway_if_the_table_is_unreachable(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    unreachable = TestTable(table.name, "http://127.0.0.1:9")
    async with (
        serving(settings_for(gateway, table), unreachable) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        answer = await person.post(
            f"/api/conversations/{ULID()}/turns",
            {"message": {"id": str(uuid4()), "content": "Hello"}},
        )
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert gateway.requests == []
