"""Turns in the function's process: killed, timed out, or not read."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.function import Function, read_until, received, running_function
from tests.scripted_gateway import MODES, ScriptedGateway, answer, livepeer
from tests.scripted_gateway.modes.broken import HALF_TEXT
from tests.scripted_gateway.modes.mode import PIECES, TEXT
from tests.table.local_table import TestTable
from tests.turn.reply import gated, saved, settled

PREFIX = "".join(PIECES[:-1])
# Each word is an event of about 250 bytes, so the whole reply exceeds the kernel's buffers.
LARGER_THAN_BUFFERS = ["word "] * 30_000


@pytest.fixture
async def function(gateway: ScriptedGateway, table: TestTable) -> AsyncIterator[Function]:
    async with running_function(gateway, table) as function:
        yield function


async def test_reply_of_a_killed_function_can_be_continued(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    """`person` reads from another environment."""
    gateway.script, _ = gated(*PIECES)
    conversation_id = str(ULID())
    call = function.send(person, "Hello", conversation_id)
    reply_id = (await read_until(call, PREFIX)).turn["reply_id"]
    await saved(person, conversation_id, PREFIX)
    await function.process.stop()

    path = f"/api/conversations/{conversation_id}/turns/{reply_id}"
    (_, reply) = (await person.conversation(conversation_id))["messages"]
    assert (reply["status"], reply["content"]) == ("streaming", PREFIX)
    assert (await person.post(f"{path}/continue")).status_code == 409
    # A client that still follows the reply is told that it was interrupted.
    followed = await person.read("GET", f"{path}/events")
    assert (followed.text, followed.done["outcome"]) == (PREFIX, "interrupted")
    assert (await settled(person, conversation_id))["outcome"] == "interrupted"

    gateway.script = livepeer.reply([" and", " more"])
    more = await person.read("POST", f"{path}/continue")
    assert (more.text, more.done["outcome"]) == (" and more", "complete")
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["status"]) == (f"{PREFIX} and more", "complete")


async def test_metrics_and_log_of_a_turn_survive_the_kill_of_an_idle_function(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    """Lambda ends an idle environment without a signal before the kill, and stdout is a pipe."""
    gateway.script = MODES["empty"].script
    refused = function.send(person, "Hello", str(ULID()))
    await refused.done.wait()
    gateway.script = MODES["normal"].script
    call = function.send(person, "Hello", str(ULID()))
    await call.done.wait()
    # Until the function asks for more, it may still work.
    await function.api.polled.wait()
    await function.process.stop()
    metrics = [line for line in function.process.log if "_aws" in line]
    assert [line["outcome"] for line in metrics] == [
        received(refused).done["outcome"],
        "complete",
    ]
    assert all({"Replies", "Tokens"} <= line.keys() for line in metrics)


@pytest.mark.parametrize("text", [PREFIX, ""], ids=["with a prefix", "before the first token"])
async def test_reply_is_ended_and_saved_before_the_function_times_out(
    person: Person, gateway: ScriptedGateway, function: Function, text: str
) -> None:
    gateway.script = gated(*PIECES)[0] if text else MODES["silent"].script
    conversation_id = str(ULID())
    call = function.send(person, "Hello", conversation_id, seconds=14)
    await call.done.wait()
    assert time.time() < call.deadline_ms / 1000 - 5
    reply = received(call)
    assert (reply.text, reply.done["outcome"]) == (text, "interrupted")
    row = (await person.conversation(conversation_id))["messages"][-1]
    assert (row["content"], row["outcome"]) == (text, "interrupted")


async def test_pause_before_a_retry_ends_before_the_function_times_out(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    gateway.script = answer(503, headers=(("Retry-After", "9"),))
    conversation_id = str(ULID())
    call = function.send(person, "Hello", conversation_id, seconds=14)
    await call.done.wait()
    assert time.time() < call.deadline_ms / 1000 - 5
    assert received(call).done["outcome"] == "error"
    assert (await person.conversation(conversation_id))["messages"][-1]["outcome"] == "error"


async def test_unread_reply_is_completed_and_the_next_request_served(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    """Lambda does not report that the browser left. It only stops reading the response."""
    words = LARGER_THAN_BUFFERS
    gateway.script = livepeer.stream(livepeer.reply(words).body)
    conversation_id, unread = str(ULID()), asyncio.Event()
    call = function.send(person, "Hello", conversation_id, resume_reading=unread)
    await call.changed.wait()
    reply = await settled(person, conversation_id)
    assert (reply["status"], reply["content"]) == ("length", "".join(words))
    assert not call.done.is_set()
    unread.set()
    await call.done.wait()
    assert received(call).text == "".join(words)
    gateway.script = MODES["truncated"].script
    following = function.send(person, "And now?", conversation_id)
    await following.done.wait()
    assert (received(following).text, received(following).done["outcome"]) == (
        HALF_TEXT,
        "truncated",
    )


async def test_reply_is_completed_if_its_connection_is_reset(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    call = function.send(person, "Hello", conversation_id, drop_after_chunks=2)
    await call.done.wait()
    gate.open()
    reply = await settled(person, conversation_id)
    assert (reply["status"], reply["content"]) == ("complete", TEXT)
    following = function.send(person, "And now?", conversation_id)
    await following.done.wait()
    assert received(following).done["outcome"] == "complete"
