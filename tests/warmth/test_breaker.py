"""The breaker keeps all environments from calling a gateway that keeps failing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from chat.generation.warmth_cache import WarmthCache
from shared.warmth.breaker import PROBE_S
from tests.api.client import Person
from tests.api.server import connect, open_table, settings_for
from tests.api.visiting import newcomer, visiting
from tests.local.polling import until
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, before
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable
from tests.warmth.rows import gateway_name, gateway_urls, read_warmth, write_warmth

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}
OPEN_S = 1.0


@asynccontextmanager
async def two_servers(
    gateway: ScriptedGateway, table: TestTable, **settings: str
) -> AsyncIterator[list[Person]]:
    """A person at each of two servers, which share only the table."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(visiting(gateway, table, **settings)) for _ in range(2)
        ]


@pytest.mark.parametrize("mode", ["closed", "503", "silent"])
async def test_dead_gateway_gets_few_calls_from_a_hundred_people(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with two_servers(gateway, table, FIRST_TOKEN_COLD_S="0.3") as servers:
        errors = []
        for wave in range(10):
            people = [newcomer(servers[n % 2].http) for n in range(10)]
            errors += [
                reply.done["error"]
                for reply in await asyncio.gather(*(each.send("Hello") for each in people))
            ]
            if not wave:
                after_one_wave = len(gateway.requests)
    assert len(errors) == 100
    assert {error["code"] for error in errors} == {"gateway_unavailable"}
    assert "left alone" in errors[-1]["message"]
    # All of the first ten may call and retry before the fifth failure is counted.
    assert len(gateway.requests) == after_one_wave <= 20


async def test_dead_gateway_gets_few_retries_from_a_hundred_people_at_once(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = MODES["503"].script
    async with two_servers(gateway, table) as servers:
        people = [newcomer(servers[n % 2].http) for n in range(100)]
        answers = await asyncio.gather(*(each.post("/api/chat", HELLO) for each in people))
    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert len(gateway.requests) <= 150


async def test_breaker_is_closed_by_the_token_of_a_single_probe(
    gateway: ScriptedGateway, table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.warmth.breaker.OPEN_S", OPEN_S)
    gateway.script = MODES["503"].script
    async with two_servers(gateway, table) as servers:
        while (await servers[0].send("Hello")).done["attempts"]:
            pass
        assert (await servers[1].send("Hello")).done["attempts"] == 0
        failed = len(gateway.requests)

        gate = Gate()
        gateway.script = before(MODES["normal"].script, gate)
        await asyncio.sleep(OPEN_S)
        people = [newcomer(servers[n % 2].http) for n in range(20)]
        sent = [asyncio.create_task(each.send("Hello")) for each in people]
        await gate.reached.wait()

        async def only_the_prober_waits() -> bool:
            return sum(task.done() for task in sent) == len(sent) - 1

        await until(only_the_prober_waits)
        assert len(gateway.requests) == failed + 1
        gate.open()
        outcomes = [reply.done["outcome"] for reply in await asyncio.gather(*sent)]
        assert sorted(outcomes) == ["complete"] + ["error"] * 19

        assert (await read_warmth(table, gateway)).failures == 0

        async def every_server_answers() -> bool:
            replies = [await each.send("Hello") for each in servers]
            return {reply.done["outcome"] for reply in replies} == {"complete"}

        await until(every_server_answers)


async def test_failed_probe_opens_the_breaker_again(
    gateway: ScriptedGateway, table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.warmth.breaker.OPEN_S", OPEN_S)
    await write_warmth(table, gateway, seen="down", failures=5, open_until=1)
    gateway.script = MODES["503"].script
    async with visiting(gateway, table) as person:
        first = await person.send("Hello")
        second = await person.send("Hello")
    assert (first.done["attempts"], second.done["attempts"]) == (1, 0)
    assert len(gateway.requests) == 1


async def test_abandoned_probe_expires(gateway: ScriptedGateway, table: TestTable) -> None:
    """The person may stop the probing reply, or its function may die."""
    await write_warmth(table, gateway, seen="down", failures=5, open_until=1)
    gate = Gate()
    gateway.script = Script((gate,))
    async with visiting(gateway, table, HEARTBEAT_S="0.1", FIRST_TOKEN_COLD_S="180") as person:
        async with person.streaming("POST", "/api/chat", HELLO):
            await gate.reached.wait()
        assert (await person.send("Hello")).done["attempts"] == 0
        assert (await read_warmth(table, gateway)).probe_until <= time.time() + PROBE_S

        await write_warmth(table, gateway, probe_until=1)
        gateway.script = MODES["normal"].script
        assert (await person.send("Hello")).done["outcome"] == "complete"


async def test_gateway_is_not_probed_if_the_table_is_unavailable(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    await write_warmth(table, gateway, seen="down", failures=5, open_until=1)
    opened = open_table(table)
    warmth_cache = WarmthCache(opened, settings_for(gateway, table))
    await warmth_cache.read()
    connect(table.endpoint).delete_table(TableName=table.name)
    assert not await warmth_cache.may_ask(MODEL, gateway_name(gateway))
    await opened.close()


async def test_gateway_with_an_open_breaker_is_skipped(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable
) -> None:
    await write_warmth(table, gateway, seen="down", failures=5, open_until=10**10)
    async with visiting(
        gateway, table, LIVEPEER_GATEWAY_URL=gateway_urls(gateway, second_gateway)
    ) as person:
        reply = await person.send("Hello")
    assert (reply.done["gateway"], reply.done["attempts"]) == (gateway_name(second_gateway), 1)
    assert gateway.requests == []
