"""The table goes away in the middle of a reply."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from ulid import ULID

from shared.gateway.sse import ServerSentEvent
from tests.api.client import Person, Reply
from tests.api.server import connect, serving, settings_for
from tests.api.wire import Wire
from tests.scripted_gateway import Gate, Head, Script, ScriptedGateway, Send, livepeer
from tests.scripted_gateway.modes.mode import PIECES, TEXT
from tests.table.local_table import TestTable
from tests.turn.reply import saved, settled

FIRST, REST = PIECES[:2], PIECES[2:]
BEFORE = "".join(FIRST)


@pytest.fixture
async def wire(table: TestTable) -> AsyncIterator[Wire]:
    async with Wire(table.endpoint) as wire:
        yield wire


@pytest.fixture
async def writer(
    wire: Wire, gateway: ScriptedGateway, table: TestTable, person: Person
) -> AsyncIterator[Person]:
    """The same person at an environment that reaches the table through the wire."""
    reached = TestTable(table.name, wire.endpoint)
    async with (
        serving(settings_for(gateway, table), reached) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Person(http, person.headers["authorization"].removeprefix("Bearer "))


def in_two_parts() -> tuple[Script, Gate, Gate]:
    """A reply that stops after its beginning and before its end."""
    middle, last = Gate(), Gate()
    frames = [Send(frame) for frame in livepeer.deltas(PIECES)]
    end = Send(livepeer.frame("", tokens=len(PIECES), finish_reason="stop"))
    begin, rest = frames[: len(FIRST)], frames[len(FIRST) :]
    return Script((Head(), *begin, middle, *rest, last, end)), middle, last


async def delivered(seen: Reply, events: AsyncIterator[ServerSentEvent], text: str) -> None:
    while seen.text != text:
        seen.events.append(await anext(events))


async def test_reply_is_completed_and_saved_after_a_table_outage(
    person: Person,
    writer: Person,
    wire: Wire,
    gateway: ScriptedGateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.script, middle, last = in_two_parts()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        seen = Reply()
        await delivered(seen, events, BEFORE)
        await saved(person, conversation_id, BEFORE)
        await wire.cut()
        middle.open()
        await delivered(seen, events, TEXT)
        while "checkpoint failed" not in caplog.messages:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.05)
        await wire.mend()
        await saved(person, conversation_id, TEXT)
        last.open()
        seen.events += [event async for event in events]
    assert (seen.text, seen.done["outcome"]) == (TEXT, "complete")
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (TEXT, "complete")


async def test_unsaved_reply_is_delivered_and_reported_as_not_saved(
    person: Person, writer: Person, wire: Wire, gateway: ScriptedGateway
) -> None:
    gateway.script, middle, last = in_two_parts()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        seen = Reply()
        await delivered(seen, events, BEFORE)
        await saved(person, conversation_id, BEFORE)
        await wire.cut()
        middle.open()
        last.open()
        seen.events += [event async for event in events]
    await wire.mend()
    assert seen.text == TEXT
    assert (seen.done["outcome"], seen.done["error"]["code"]) == ("interrupted", "not_saved")
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (BEFORE, "interrupted")
    gateway.script = livepeer.reply(REST)
    path = f"/api/conversations/{conversation_id}/turns/{seen.turn['reply_id']}/continue"
    assert (await person.read("POST", path)).text == "".join(REST)
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (TEXT, "complete")


async def test_reply_is_reported_as_not_saved_if_another_environment_took_it_over(
    person: Person, writer: Person, wire: Wire, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, middle, last = in_two_parts()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        seen = Reply()
        await delivered(seen, events, BEFORE)
        await saved(person, conversation_id, BEFORE)
        reply_id = seen.turn["reply_id"]
        await wire.cut()
        # The time that its lease had left is over.
        connect(table.endpoint).update_item(
            TableName=table.name,
            Key=key_of(table, reply_id),
            UpdateExpression="SET lease_until = :past",
            ExpressionAttributeValues={":past": {"N": "1"}},
        )
        gateway.script = livepeer.reply(["and", " otherwise"])
        path = f"/api/conversations/{conversation_id}/turns/{reply_id}/continue"
        assert (await person.read("POST", path)).done["outcome"] == "complete"
        middle.open()
        last.open()
        await delivered(seen, events, TEXT)
        await wire.mend()
        seen.events += [event async for event in events]
    assert (seen.done["outcome"], seen.done["error"]["code"]) == ("interrupted", "not_saved")
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (f"{BEFORE}and otherwise", "complete")


def key_of(table: TestTable, reply_id: str) -> dict[str, dict[str, str]]:
    rows = connect(table.endpoint).scan(TableName=table.name)["Items"]
    (row,) = [row for row in rows if row.get("id", {}).get("S") == reply_id]
    return {"pk": row["pk"], "sk": row["sk"]}
