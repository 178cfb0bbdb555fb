"""Concurrent requests to one conversation."""

import asyncio

from ulid import ULID

from tests.api.client import Person, Reply
from tests.scripted_gateway import MODES, ScriptedGateway, livepeer
from tests.scripted_gateway.modes.broken import HALF_TEXT
from tests.scripted_gateway.modes.mode import PIECES
from tests.turn.reply import gated, settled


async def test_reply_is_continued_once_if_eight_requests_race(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["truncated"].script
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    gateway.script = livepeer.reply([" and", " the rest"])
    path = f"/api/conversations/{conversation_id}/turns/{reply_id}/continue"
    answers = await asyncio.gather(*(person.post(path) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(gateway.requests) == 2
    assert (await settled(person, conversation_id))["content"] == f"{HALF_TEXT} and the rest"


async def test_regenerating_a_streaming_reply_leaves_both_replies_complete(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        await gate.reached.wait()
        gateway.script = livepeer.reply(["Another"])
        path = f"/api/conversations/{conversation_id}/turns/{received.turn['reply_id']}/regenerate"
        others = await asyncio.gather(*(person.read("POST", path) for _ in range(4)))
        gate.open()
        received.events += [event async for event in events]
    _, *replies = (await person.conversation(conversation_id))["messages"]
    assert {reply["id"]: reply["content"] for reply in replies} == {
        reply.turn["reply_id"]: reply.text for reply in (received, *others)
    }
    assert {reply["outcome"] for reply in replies} == {"complete"}
