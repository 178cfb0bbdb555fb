"""Replies there are: read along, or stopped, from any environment."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from chat.conversation.conversation import Conversation, Conversations
from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.admission import Admissions
from chat.turn.tail import Tail
from shared.table.table import ConditionFailed, Table

Events = AsyncGenerator[bytes, None]


class NoSuchReply(Exception):
    """The conversation or the reply is not there, for this user."""


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
        """The events of a reply after its first `after` characters."""
        thread, conversation, reply = await self.find(user_id, conversation_id, reply_id)
        turn = turn_data(conversation_id, conversation.title, reply)
        standing = partial(self._admissions.standing, user_id)
        return Tail(thread, reply, turn, after, standing).events(self._heartbeat_s)

    async def stop(self, user_id: str, conversation_id: str, reply_id: str) -> None:
        """Asks the pump, wherever it runs, to stop; it sees that within a second or two.

        A reply that is over stays as it is.
        """
        thread, _, _ = await self.find(user_id, conversation_id, reply_id)
        try:
            await thread.request_stop(reply_id)
        except ConditionFailed:
            return


def turn_data(conversation_id: str, title: str, reply: Message) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "message_id": reply.parent_id,
        "reply_id": reply.id,
        "title": title,
        "max_tokens": reply.max_tokens,
        "shortened_by": reply.shortened_by,
    }
