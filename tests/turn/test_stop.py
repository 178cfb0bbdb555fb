"""Stopping a reply."""

import asyncio

import pytest
from ulid import ULID

from tests.api.client import Person, Reply
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import PIECES
from tests.turn.reply import gated, settled


async def test_stop_cancels_the_generation_and_saves_the_delivered_text(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        await gate.reached.wait()
        reply_path = f"/api/conversations/{conversation_id}/turns/{received.turn['reply_id']}"
        assert (await person.post(f"{reply_path}/stop")).status_code == 202
        received.events += [event async for event in events]
    await gateway.requests[0].cancelled.wait()
    assert received.done["outcome"] == "stopped"
    saved = (await person.conversation(conversation_id))["messages"][-1]
    assert (saved["outcome"], saved["content"]) == ("stopped", received.text)
    assert (await person.post(f"{reply_path}/stop")).status_code == 202


async def test_stop_before_the_first_token_ends_with_an_empty_reply(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, _ = gated("only one piece")
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        path = f"/api/conversations/{conversation_id}/turns/{received.turn['reply_id']}/stop"
        assert (await person.post(path)).status_code == 202
        received.events += [event async for event in events]
    assert received.done["outcome"] == "stopped"
    assert received.text == ""


@pytest.mark.parametrize("tenths", range(12))
async def test_stop_that_races_the_end_saves_the_delivered_reply(
    person: Person, gateway: ScriptedGateway, tenths: int
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        path = f"/api/conversations/{conversation_id}/turns/{received.turn['reply_id']}/stop"
        await gate.reached.wait()
        stopping = asyncio.create_task(person.post(path))
        # The pump notices the stop at its next save, up to a second later.
        await asyncio.sleep(tenths * 0.1)
        gate.open()
        received.events += [event async for event in events]
        assert (await stopping).status_code == 202
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (received.text, received.done["outcome"])
    assert received.done["outcome"] in ("complete", "stopped")
