"""How many replies of one user may stream at once."""

import asyncio
from uuid import uuid4

import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.visiting import newcomer, visiting
from tests.limits.ledger import rows
from tests.local.polling import until
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, before
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def all_free(table: TestTable) -> bool:
    return not rows(table, "LEASE#")


async def test_stream_above_the_limit_is_refused_until_one_ends(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gates = [Gate(), Gate()]
    waiting = list(gates)
    gateway.script = lambda _: before(
        MODES["normal"].script, *([waiting.pop(0)] if waiting else [])
    )
    async with visiting(gateway, table, CONCURRENT_STREAMS="2") as person:
        streams = [asyncio.create_task(person.send("Hello")) for _ in gates]
        await asyncio.gather(*(gate.reached.wait() for gate in gates))
        for response in (
            await person.post("/api/chat", HELLO),
            await person.post("/v1/chat/completions", {**HELLO, "model": MODEL}),
            await person.post(f"/api/conversations/{ULID()}/turns", message_body()),
        ):
            assert response.status_code == 429, response.text
            assert int(response.headers["retry-after"]) >= 1
        assert response.json()["error"]["code"] == "too_many_streams"
        assert response.json()["error"]["limit"] == "concurrent_streams"
        assert len(gateway.requests) == 2
        # The limit is per person.
        await newcomer(person.http).send("Hello")

        gates[0].open()
        await asyncio.wait(streams, return_when=asyncio.FIRST_COMPLETED)
        assert (await person.send("Hello")).done["outcome"] == "complete"
        gates[1].open()
        await asyncio.gather(*streams)
        assert await all_free(table)


def message_body() -> dict[str, dict[str, str]]:
    return {"message": {"id": str(uuid4()), "content": "Hello"}}


@pytest.mark.parametrize("mode", ["normal", "401", "503", "truncated", "choices-null", "empty"])
async def test_slot_is_free_after_every_outcome(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        conversation_id = str(ULID())
        reply = await person.send("Hello", conversation_id)
        assert await all_free(table)
        path = f"/api/conversations/{conversation_id}/turns/{reply.turn['reply_id']}/regenerate"
        await person.read("POST", path, {})
        assert await all_free(table)
        for stream in (True, False):
            await person.post("/v1/chat/completions", {**HELLO, "model": MODEL, "stream": stream})
            await until(lambda: all_free(table))


async def test_slot_is_free_after_a_stop(gateway: ScriptedGateway, table: TestTable) -> None:
    gate = Gate()
    gateway.script = Script((gate,))
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        conversation_id = str(ULID())
        async with person.sending("Hello", conversation_id) as events:
            await gate.reached.wait()
            assert len(rows(table, "LEASE#")) == 1
            await stop(person, conversation_id)
            assert [event.event async for event in events][-1] == "done"
        assert await all_free(table)


async def stop(person: Person, conversation_id: str) -> None:
    reply_id = (await person.conversation(conversation_id))["messages"][-1]["id"]
    await person.post(f"/api/conversations/{conversation_id}/turns/{reply_id}/stop")


async def test_slot_is_held_until_a_reply_without_a_browser_ends(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gate = Gate()
    gateway.script = before(MODES["normal"].script, gate)
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        async with person.sending("Hello") as events:
            await anext(events)
        assert (await person.post("/api/chat", HELLO)).status_code == 429
        gate.open()
        await until(lambda: all_free(table))


async def test_slot_is_free_after_the_client_of_a_stateless_reply_disconnects(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = Script((Gate(),))
    async with visiting(gateway, table, CONCURRENT_STREAMS="1", HEARTBEAT_S="0.1") as person:
        async with person.streaming("POST", "/api/chat", HELLO):
            assert len(rows(table, "LEASE#")) == 1
        await until(lambda: all_free(table))


@pytest.mark.parametrize(
    "limit", [{"TOKEN_BUDGET_PER_DAY": "1"}, {"GLOBAL_TOKEN_BUDGET_PER_DAY": "1"}]
)
async def test_slot_is_free_after_a_refusal(
    gateway: ScriptedGateway, table: TestTable, limit: dict[str, str]
) -> None:
    async with visiting(gateway, table, CONCURRENT_STREAMS="1", **limit) as person:
        for _ in range(2):
            answer = await person.post(f"/api/conversations/{ULID()}/turns", message_body())
            assert answer.json()["error"]["code"] == "budget_used_up"
        assert await all_free(table)
