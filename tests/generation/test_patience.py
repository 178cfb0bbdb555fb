"""How long an attempt waits for its first token."""

import asyncio
import time

from shared.table.table import Table
from tests.api.visiting import visiting
from tests.generation.settings import SHORT_IF_WARM
from tests.scripted_gateway import (
    MODES,
    Gate,
    Script,
    ScriptedGateway,
    Wait,
    before,
    in_turn,
)
from tests.table.local_table import TestTable
from tests.warmth.rows import gateway_urls, write_warm, write_warmth
from tests.warmup.models import MODELS, change


async def test_warm_model_gets_less_time_than_a_cold_one(
    gateway: ScriptedGateway, table: TestTable, rows: Table
) -> None:
    limits = {"FIRST_TOKEN_WARM_S": "0.5", "FIRST_TOKEN_COLD_S": "30"}
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS, **limits) as person:
        await person.send("Hello")
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS, **limits) as person:
        sending = asyncio.create_task(person.send("Hello"))
        # The first attempt times out, so there is a second one.
        await gateway.request(3)
        gate.open()
        assert (await sending).done["attempts"] == 2
        await change(rows, gateway, "one/model", token_at=-400)
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS, **limits) as person:
        sending = asyncio.create_task(person.send("Hello"))
        await gateway.request(4)
        await asyncio.sleep(1.5)
        gate.open()
        assert (await sending).done["attempts"] == 1


NORMAL = MODES["normal"].script
SILENT = MODES["silent"].script


async def test_last_attempt_waits_as_long_as_for_a_cold_model(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = in_turn(SILENT, before(NORMAL, Wait(2)))
    await write_warm(table, gateway)
    async with visiting(gateway, table, **SHORT_IF_WARM) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 2)


async def test_attempt_before_a_gateway_with_an_open_breaker_is_the_last(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable
) -> None:
    """The next gateway in the plan has an open breaker."""
    gateway.script = in_turn(SILENT, before(NORMAL, Wait(2)))
    await write_warm(table, gateway)
    await write_warmth(table, second_gateway, seen="down", failures=5, open_until=time.time() + 60)
    both_urls = gateway_urls(gateway, second_gateway)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both_urls, **SHORT_IF_WARM) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 2)
    assert second_gateway.requests == []


async def test_cold_model_gets_the_cold_limit(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = before(NORMAL, Wait(1.5))
    async with visiting(gateway, table, **SHORT_IF_WARM) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 1)
