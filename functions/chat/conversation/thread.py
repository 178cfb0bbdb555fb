"""The messages of one conversation, in the table."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from chat.conversation.conversation import (
    OPEN,
    ULID_PATTERN,
    BadCursor,
    conversation_key,
    touch_input,
)
from chat.conversation.message import Message, message_key, messages_pk
from chat.conversation.message_queries import (
    checkpoint_input,
    finish_input,
    page_input,
    put_input,
    reopen_input,
    stop_input,
)
from shared.gateway.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
from shared.table.attributes import Item
from shared.table.table import Table


@dataclass(frozen=True, slots=True)
class Send:
    """The SEND row of a message. It prevents the same message from being answered twice."""

    reply_id: str
    digest: str


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Thread:
    def __init__(self, table: Table, user_id: str, conversation_id: str) -> None:
        self._table = table
        self._user_id = user_id
        self._conversation_id = conversation_id
        self._pk = messages_pk(user_id, conversation_id)

    async def page(self, cursor: str = "") -> tuple[list[Message], str]:
        """The newest messages before `cursor`, oldest first, and the cursor of the page before.

        Raises BadCursor.
        """
        if cursor and not ULID_PATTERN.fullmatch(cursor):
            raise BadCursor
        items, last = await self._table.query(**page_input(self._pk, before=cursor))
        messages = [Message.from_item(item) for item in reversed(items)]
        return messages, messages[0].key if last and messages else ""

    async def branch(self, head: str | None, tokens: int) -> list[Message]:
        """The messages that lead to `head` (included), oldest first, up to about `tokens` tokens.

        Reads newest first and stops as soon as it has enough.
        """
        branch: list[Message] = []
        wanted, cursor = head, ""
        while wanted and tokens > 0:
            messages, cursor = await self.page(cursor)
            for message in reversed(messages):
                if message.id == wanted and tokens > 0:
                    branch.insert(0, message)
                    wanted = message.parent_id
                    tokens -= MESSAGE_OVERHEAD_TOKENS + estimate_tokens(message.content)
            if not cursor:
                break
        return branch

    async def sent(self, message_id: str) -> Send | None:
        item = await self._table.get(self._send_key(message_id))
        return Send(item["reply_id"], item["digest"]) if item else None

    async def begin(
        self,
        question: Message,
        reply: Message,
        reservation: Item,
        *,
        title: str,
        model: str,
        system_prompt: str | None,
    ) -> None:
        """Saves all rows of a turn in one transaction, before the gateway is called.

        Raises ConditionFailed when the message was sent before or the conversation was deleted.
        """
        send = {
            **self._send_key(question.id),
            "reply_id": reply.id,
            "digest": digest(question.content),
        }
        await self._table.transact(
            [
                {"Put": {"Item": send, "ConditionExpression": "attribute_not_exists(pk)"}},
                {"Put": put_input(self._pk, question)},
                *self._reply_writes(reply, reservation, title, model, system_prompt),
            ]
        )

    async def begin_sibling(
        self, reply: Message, reservation: Item, *, title: str, model: str
    ) -> None:
        """Saves another reply to the same message. Raises ConditionFailed as `begin`."""
        await self._table.transact(self._reply_writes(reply, reservation, title, model))

    async def all(self) -> list[Message]:
        """Every message of every branch, oldest first."""
        messages, cursor = await self.page()
        while cursor:
            older, cursor = await self.page(cursor)
            messages = older + messages
        return messages

    async def reply(self, reply_id: str) -> Message | None:
        item = await self._table.get(message_key(self._pk, reply_id))
        return Message.from_item(item) if item else None

    async def checkpoint(self, reply: Message, content: str) -> Message:
        """Saves the text so far and renews the lease.

        Raises ConditionFailed when the reply has ended or belongs to another run.
        """
        key = message_key(self._pk, reply.key)
        item = await self._table.update(key, **checkpoint_input(content, reply.run))
        return Message.from_item(item)

    async def request_stop(self, reply_id: str) -> None:
        """Raises ConditionFailed when the reply does not exist or has ended."""
        await self._table.update(message_key(self._pk, reply_id), **stop_input())

    async def reopen(self, ended: Message, reopened: Message, reservation: Item) -> Message:
        """Sets an unfinished reply back to "streaming", so that it can be continued.

        Raises ConditionFailed when another caller reopened it first, or when the conversation was
        deleted or claimed.
        """
        reply = {"Key": message_key(self._pk, ended.key), **reopen_input(ended, reopened)}
        conversation = {
            "Key": conversation_key(self._user_id, self._conversation_id),
            "ConditionExpression": OPEN,
        }
        await self._table.transact(
            [{"Update": reply}, {"ConditionCheck": conversation}, {"Put": {"Item": reservation}}]
        )
        return replace(reopened, status="streaming", outcome=None, finish_reason=None, error=None)

    async def finish(self, reply: Message) -> None:
        """Saves the final reply. Raises ConditionFailed as `checkpoint`."""
        await self._table.update(message_key(self._pk, reply.key), **finish_input(reply))

    def _reply_writes(
        self,
        reply: Message,
        reservation: Item,
        title: str,
        model: str,
        system_prompt: str | None = None,
    ) -> list[dict[str, Any]]:
        touch = touch_input(
            self._user_id,
            self._conversation_id,
            title=title,
            model=model,
            head=reply.id,
            system_prompt=system_prompt,
        )
        return [
            {"Put": put_input(self._pk, reply)},
            {"Update": touch},
            {"Put": {"Item": reservation}},
        ]

    def _send_key(self, message_id: str) -> dict[str, str]:
        return {"pk": self._pk, "sk": f"SEND#{message_id}"}
