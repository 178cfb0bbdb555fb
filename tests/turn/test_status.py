"""The status events that a client gets while a model is loading."""

from shared.table.table import Table
from tests.api.client import Person, Reply
from tests.api.visiting import visiting
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, Wait, before
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable
from tests.warmth.rows import ANOTHER_MODEL, write_warm, write_warmth
from tests.warmup.models import MODELS, change

NORMAL = MODES["normal"].script


async def test_status_of_a_cold_model_holds_an_estimate_and_names_a_warm_model(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await write_warmth(table, gateway, seen="cold", cold_loads_ms=[38_000, 40_000, 90_000])
    await write_warm(table, gateway, ANOTHER_MODEL)
    gateway.script = before(NORMAL, Wait(2.5))
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
    connecting, warming = reply.named("status")
    assert (connecting["phase"], warming["phase"]) == ("connecting", "warming")
    assert 39_000 <= connecting["eta_ms"] <= 40_000
    # The elapsed time is subtracted.
    assert warming["eta_ms"] <= 40_000 - 900
    assert warming["elapsed_ms"] >= 900
    for status in (connecting, warming):
        assert (status["model"], status["warm_model"]) == (MODEL, ANOTHER_MODEL)
        assert status["attempt"] == 1


async def test_status_of_a_warm_model_holds_a_short_estimate_and_no_other_model(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await write_warm(table, gateway)
    await write_warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table) as person:
        (connecting,) = (await person.send("Hello")).named("status")
    assert connecting["eta_ms"] <= 300
    assert connecting["warm_model"] is None


async def test_silent_warm_model_is_reported_as_warming(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await write_warm(table, gateway)
    gateway.script = before(NORMAL, Wait(5))
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
    phases = [status["phase"] for status in reply.named("status")]
    assert phases == ["connecting", "waiting", "warming"]


async def test_status_of_an_unknown_model_holds_no_estimate(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table) as person:
        (connecting,) = (await person.send("Hello")).named("status")
    assert (connecting["eta_ms"], connecting["warm_model"]) == (None, None)


async def test_each_phase_of_an_attempt_is_reported_once(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = MODES["503"].script
    async with visiting(gateway, table) as person:
        reply: Reply = await person.send("Hello")
    phases = [(status["phase"], status["attempt"]) for status in reply.named("status")]
    assert phases == [("connecting", 1), ("retrying", 2)]


async def reply_after_warming(person: Person, gate: Gate, model: str) -> Reply:
    """A turn whose gateway stays silent until a status says `warming`."""
    reply = Reply()
    async with person.sending("Hello", model=model) as events:
        async for event in events:
            reply.events.append(event)
            if event.event == "status" and '"warming"' in event.data:
                gate.open()
    return reply


async def test_status_during_a_load_holds_the_remaining_time_and_a_warm_model(
    gateway: ScriptedGateway, table: TestTable, rows: Table
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        await person.send("Hello")
        await person.send("Hello", model="two/model")
        await change(
            rows, gateway, "two/model", token_at=-400, cold_loads_ms=[20_000, 60_000, 40_000]
        )
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        reply = await reply_after_warming(person, gate, "two/model")
    first, *_, last = reply.named("status")
    assert (first["phase"], last["phase"]) == ("connecting", "warming")
    assert 30_000 < last["eta_ms"] <= first["eta_ms"] <= 40_000
    assert last["elapsed_ms"] > 0
    assert {first["warm_model"], last["warm_model"]} == {"one/model"}
