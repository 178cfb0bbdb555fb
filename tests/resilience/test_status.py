"""What a person is told while a model is loading."""

import time
from itertools import pairwise
from uuid import uuid4

from ulid import ULID

from tests.api.client import Reply
from tests.api.visiting import visiting
from tests.conftest import TestTable
from tests.resilience.places import ANOTHER_MODEL, known, warm
from tests.scripted_gateway import MODES, Gate, ScriptedGateway, Wait, before
from tests.scripted_gateway.livepeer import MODEL

NORMAL = MODES["normal"].script


async def test_a_cold_model_s_wait_is_foretold_and_a_warm_one_named(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await known(table, gateway, seen="cold", cold_loads_ms=[38_000, 40_000, 90_000])
    await warm(table, gateway, ANOTHER_MODEL)
    gateway.script = before(NORMAL, Wait(2.5))
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
    connecting, warming = reply.named("status")
    assert (connecting["phase"], warming["phase"]) == ("connecting", "warming")
    assert 39_000 <= connecting["eta_ms"] <= 40_000
    # What has passed is taken off.
    assert warming["eta_ms"] <= 40_000 - 900
    assert warming["elapsed_ms"] >= 900
    for status in (connecting, warming):
        assert (status["model"], status["warm_model"]) == (MODEL, ANOTHER_MODEL)
        assert status["attempt"] == 1


async def test_a_warm_model_s_wait_is_short_and_names_no_other(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await warm(table, gateway)
    await warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table) as person:
        (connecting,) = (await person.send("Hello")).named("status")
    assert connecting["eta_ms"] <= 300
    assert connecting["warm_model"] is None


async def test_a_warm_model_that_stays_silent_is_said_to_be_loading(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await warm(table, gateway)
    gateway.script = before(NORMAL, Wait(5))
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
    phases = [status["phase"] for status in reply.named("status")]
    assert phases == ["connecting", "waiting", "warming"]


async def test_nobody_guesses_for_a_model_never_seen(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table) as person:
        (connecting,) = (await person.send("Hello")).named("status")
    assert (connecting["eta_ms"], connecting["warm_model"]) == (None, None)


async def test_something_comes_at_every_heartbeat_from_the_first_second(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gate = Gate()
    gateway.script = before(NORMAL, gate)
    await known(table, gateway, seen="cold", cold_loads_ms=[40_000])
    # Long enough that a busy machine does not look like a missed heartbeat.
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
    # Twice, because the machine may be busy; a missed heartbeat would be seen all the same.
    assert max(gaps) < 2 * heartbeat_s


async def test_the_stateless_streams_beat_too(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = before(NORMAL, Wait(2))
    async with visiting(gateway, table, HEARTBEAT_S="0.3") as person:
        answer = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hi"}]})
    assert answer.content.count(b": ping\n\n") >= 3


async def test_each_phase_of_an_attempt_is_told_once(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = MODES["503"].script
    async with visiting(gateway, table) as person:
        reply: Reply = await person.send("Hello")
    told = [(status["phase"], status["attempt"]) for status in reply.named("status")]
    assert told == [("connecting", 1), ("retrying", 2)]
