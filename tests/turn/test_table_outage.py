"""The table becomes unreachable during a reply."""

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

FIRST_PART, REST = PIECES[:2], PIECES[2:]
FIRST_TEXT = "".join(FIRST_PART)


@pytest.fixture
async def wire(table: TestTable) -> AsyncIterator[Wire]:
    async with Wire(table.endpoint) as wire:
        yield wire


@pytest.fixture
async def writer(
    wire: Wire, gateway: ScriptedGateway, table: TestTable, person: Person
) -> AsyncIterator[Person]:
    """The same person at an environment whose table is behind `wire`."""
    reached = TestTable(table.name, wire.endpoint)
    async with (
        serving(settings_for(gateway, table), reached) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield Person(http, person.headers["authorization"].removeprefix("Bearer "))


def paused_reply() -> tuple[Script, Gate, Gate]:
    """A reply that pauses after its first part and before its finish."""
    middle, last = Gate(), Gate()
    frames = [Send(frame) for frame in livepeer.deltas(PIECES)]
    end = Send(livepeer.frame("", tokens=len(PIECES), finish_reason="stop"))
    begin, rest = frames[: len(FIRST_PART)], frames[len(FIRST_PART) :]
    return Script((Head(), *begin, middle, *rest, last, end)), middle, last


async def delivered(received: Reply, events: AsyncIterator[ServerSentEvent], text: str) -> None:
    while received.text != text:
        received.events.append(await anext(events))


async def test_reply_is_completed_and_saved_after_a_table_outage(
    person: Person,
    writer: Person,
    wire: Wire,
    gateway: ScriptedGateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.script, middle, last = paused_reply()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        received = Reply()
        await delivered(received, events, FIRST_TEXT)
        await saved(person, conversation_id, FIRST_TEXT)
        await wire.cut()
        middle.open()
        await delivered(received, events, TEXT)
        while "checkpoint failed" not in caplog.messages:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.05)
        await wire.restore()
        await saved(person, conversation_id, TEXT)
        last.open()
        received.events += [event async for event in events]
    assert (received.text, received.done["outcome"]) == (TEXT, "complete")
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (TEXT, "complete")


async def test_unsaved_reply_is_delivered_and_reported_as_not_saved(
    person: Person, writer: Person, wire: Wire, gateway: ScriptedGateway
) -> None:
    gateway.script, middle, last = paused_reply()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        received = Reply()
        await delivered(received, events, FIRST_TEXT)
        await saved(person, conversation_id, FIRST_TEXT)
        await wire.cut()
        middle.open()
        last.open()
        received.events += [event async for event in events]
    await wire.restore()
    assert received.text == TEXT
    assert (received.done["outcome"], received.done["error"]["code"]) == (
        "interrupted",
        "not_saved",
    )
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (FIRST_TEXT, "interrupted")
    gateway.script = livepeer.reply(REST)
    path = f"/api/conversations/{conversation_id}/turns/{received.turn['reply_id']}/continue"
    assert (await person.read("POST", path)).text == "".join(REST)
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (TEXT, "complete")


async def test_reply_is_reported_as_not_saved_if_another_environment_took_it_over(
    person: Person, writer: Person, wire: Wire, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, middle, last = paused_reply()
    conversation_id = str(ULID())
    async with writer.sending("Hello", conversation_id) as events:
        received = Reply()
        await delivered(received, events, FIRST_TEXT)
        await saved(person, conversation_id, FIRST_TEXT)
        reply_id = received.turn["reply_id"]
        await wire.cut()
        # The lease has expired.
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
        await delivered(received, events, TEXT)
        await wire.restore()
        received.events += [event async for event in events]
    assert (received.done["outcome"], received.done["error"]["code"]) == (
        "interrupted",
        "not_saved",
    )
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (f"{FIRST_TEXT}and otherwise", "complete")


def key_of(table: TestTable, reply_id: str) -> dict[str, dict[str, str]]:
    rows = connect(table.endpoint).scan(TableName=table.name)["Items"]
    (row,) = [row for row in rows if row.get("id", {}).get("S") == reply_id]
    return {"pk": row["pk"], "sk": row["sk"]}
