"""Replies that pause, and replies as the table holds them."""

import asyncio

from tests.api.client import Person
from tests.scripted_gateway import Gate, Head, Script, Send, livepeer


def gated(*pieces: str) -> tuple[Script, Gate]:
    """A reply that pauses before its last piece until the gate is opened."""
    gate = Gate()
    frames = livepeer.deltas(pieces)
    whole = livepeer.reply(pieces)
    sends = [step for step in whole.steps if isinstance(step, Send)]
    return Script((Head(), *sends[: len(frames) - 1], gate, *sends[len(frames) - 1 :])), gate


async def settled(person: Person, conversation_id: str) -> dict[str, str]:
    """The newest reply, once its status is no longer `streaming`."""
    while True:
        reply: dict[str, str] = (await person.conversation(conversation_id))["messages"][-1]
        if reply["status"] != "streaming":
            return reply
        await asyncio.sleep(0.05)


async def saved(person: Person, conversation_id: str, content: str) -> None:
    """Wait until the table holds exactly this text of the newest reply."""
    while True:
        if (await person.conversation(conversation_id))["messages"][-1]["content"] == content:
            return
        await asyncio.sleep(0.05)
