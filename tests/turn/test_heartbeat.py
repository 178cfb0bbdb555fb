"""Streams send something at every heartbeat, even if the gateway is silent."""

import time
from itertools import pairwise
from uuid import uuid4

import httpx
from ulid import ULID

from tests.api.client import Person
from tests.api.server import serving, settings_for
from tests.api.visiting import visiting
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, Wait, before
from tests.table.local_table import TestTable
from tests.warmth.rows import write_warmth


async def test_pings_are_sent_while_the_gateway_is_silent(
    table: TestTable, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    settings = settings_for(gateway, table, HEARTBEAT_S="0.1")
    async with (
        serving(settings, table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        path = f"/api/conversations/{ULID()}/turns"
        body = {"message": {"id": str(uuid4()), "content": "Hello"}}
        raw = b""
        async with http.stream("POST", path, json=body, headers=person.headers) as response:
            assert response.headers["cache-control"] == "no-cache, no-transform"
            async for data in response.aiter_raw():
                raw += data
                if raw.count(b": ping\n\n") >= 3:
                    gate.open()
    assert b"event: done" in raw


NORMAL = MODES["normal"].script


async def test_bytes_arrive_at_every_heartbeat_from_the_first_second(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gate = Gate()
    gateway.script = before(NORMAL, gate)
    await write_warmth(table, gateway, seen="cold", cold_loads_ms=[40_000])
    # Long, so that a busy machine does not look like a missed heartbeat.
    heartbeat_s = 1.0
    async with visiting(gateway, table, HEARTBEAT_S=str(heartbeat_s)) as person:
        path = f"/api/conversations/{ULID()}/turns"
        body = {"message": {"id": str(uuid4()), "content": "Hello"}}
        times, raw = [time.monotonic()], b""
        async with person.http.stream("POST", path, json=body, headers=person.headers) as response:
            async for data in response.aiter_raw():
                times.append(time.monotonic())
                raw += data
                if times[-1] - times[0] > 8 * heartbeat_s:
                    gate.open()
    assert raw.startswith(b"event: turn")
    assert raw.count(b": ping\n\n") >= 5
    gaps = [after - before_ for before_, after in pairwise(times)]
    # Twice the interval allows for a busy machine and still detects a missed heartbeat.
    assert max(gaps) < 2 * heartbeat_s


async def test_stateless_streams_send_pings(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = before(NORMAL, Wait(2))
    async with visiting(gateway, table, HEARTBEAT_S="0.3") as person:
        answer = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hi"}]})
    assert answer.content.count(b": ping\n\n") >= 3
