"""Reads a reply from its row: for a second tab, another device, or after a lost connection.

Every viewer costs one read of the row each `POLL_S` seconds while the reply streams: 120 reads a
minute, each one unit per 4 KB of the reply. The pump writes about 60 times a minute anyway.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Any

from chat.conversation.conversation import Conversation, Conversations
from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.admission import Admissions
from chat.limits.budget import BudgetUsage
from chat.turn.events import PING, ChunkWriter, named_event
from shared.table.table import ConditionFailed, Table

POLL_S = 0.5

Events = AsyncGenerator[bytes, None]


class NoSuchReply(Exception):
    """This user has no such conversation or reply."""


class Replies:
    """Every method raises NoSuchReply and TableUnavailable."""

    def __init__(self, table: Table, admissions: Admissions, heartbeat_s: float) -> None:
        self._table = table
        self._admissions = admissions
        self._heartbeat_s = heartbeat_s

    async def find(
        self, user_id: str, conversation_id: str, reply_id: str
    ) -> tuple[Thread, Conversation, Message]:
        thread = Thread(self._table, user_id, conversation_id)
        conversation, reply = await asyncio.gather(
            Conversations(self._table).get(user_id, conversation_id), thread.reply(reply_id)
        )
        if conversation is None or reply is None or reply.role != "assistant":
            raise NoSuchReply
        return thread, conversation, reply

    async def follow(self, user_id: str, conversation_id: str, reply_id: str, after: int) -> Events:
        """The reply's events after its first `after` characters."""
        thread, conversation, reply = await self.find(user_id, conversation_id, reply_id)
        turn = turn_data(conversation_id, conversation.title, reply)
        read_usage = partial(self._admissions.budget_usage, user_id)
        return FollowedReply(thread, reply, turn, after, read_usage).events(self._heartbeat_s)

    async def stop(self, user_id: str, conversation_id: str, reply_id: str) -> None:
        """Asks the pump to stop, in whichever environment it runs. It notices within 2 s.

        Does nothing to a reply that has ended.
        """
        thread, _, _ = await self.find(user_id, conversation_id, reply_id)
        try:
            await thread.request_stop(reply_id)
        except ConditionFailed:
            return


class FollowedReply:
    """Follows one reply from `after` delivered characters to its end."""

    def __init__(
        self,
        thread: Thread,
        reply: Message,
        turn: dict[str, Any],
        after: int,
        read_usage: Callable[[], Awaitable[BudgetUsage]],
    ) -> None:
        self._thread = thread
        self._row = reply
        self._turn = turn
        self._delivered = after
        self._read_usage = read_usage
        self._chunks = ChunkWriter(reply.id, reply.model or "", reply.created_s)

    async def events(self, heartbeat_s: float) -> Events:
        """The events that the pump publishes, except `status`. Raises TableUnavailable."""
        yield named_event("turn", self._turn)
        last = time.monotonic()
        while True:
            if piece := self._next_piece():
                yield piece
                last = time.monotonic()
            if self._row.status != "streaming":
                break
            if time.monotonic() - last > heartbeat_s - POLL_S:
                yield PING
                last = time.monotonic()
            await asyncio.sleep(POLL_S)
            row = await self._thread.reply(self._row.id)
            if row is None:
                # The reply was deleted; there will be no more text.
                yield await self._done({"outcome": "stopped", "model": self._row.model})
                return
            self._row = row
        if self._row.finish_reason and not self._row.error:
            yield self._chunks.finish(self._row.finish_reason)
        yield await self._done(self._row.ending())

    async def _done(self, ending: dict[str, Any]) -> bytes:
        usage = (await self._read_usage()).to_json()
        return named_event("done", {**ending, "budget": usage})

    def _next_piece(self) -> bytes:
        text = self._row.content[self._delivered :]
        if not text:
            return b""
        self._delivered += len(text)
        return self._chunks.delta(text, self._delivered)


def turn_data(conversation_id: str, title: str, reply: Message) -> dict[str, Any]:
    """The data of the `turn` event."""
    return {
        "conversation_id": conversation_id,
        "message_id": reply.parent_id,
        "reply_id": reply.id,
        "title": title,
        "max_tokens": reply.max_tokens,
        "shortened_by": reply.shortened_by,
    }
