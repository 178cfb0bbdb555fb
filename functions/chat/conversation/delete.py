"""Deletes conversations with all of their rows."""

import time
from typing import Any

from chat.conversation.clock import timestamp
from chat.conversation.conversation import conversation_key
from chat.conversation.message import messages_pk
from shared.table.table import ConditionFailed, Table

# How long a deleted conversation's mark blocks late writes. It outlives any invocation.
MARK_S = 24 * 3600


def mark_input() -> dict[str, Any]:
    """Removes the conversation from the list at once and blocks new turns."""
    return {
        "UpdateExpression": "SET deleted_at = :now, expires_at = :expires REMOVE gsi1pk",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {
            ":now": timestamp(),
            ":expires": int(time.time()) + MARK_S,
        },
    }


def rows_input(pk: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": pk},
        "ProjectionExpression": "pk, sk",
        "ConsistentRead": True,
    }


def conversations_input(user_id: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :conversation)",
        "ExpressionAttributeValues": {":pk": f"USER#{user_id}", ":conversation": "CONVERSATION#"},
        "ProjectionExpression": "pk, sk",
        "ConsistentRead": True,
    }


class Deletion:
    """Marks a conversation, then deletes its rows. Calling it again completes an interrupted one.

    A running pump finds its row gone at its next save and stops.
    """

    def __init__(self, table: Table, user_id: str) -> None:
        self._table = table
        self._user_id = user_id

    async def conversation(self, conversation_id: str) -> bool:
        """False when there is no such conversation. Raises TableUnavailable."""
        try:
            await self._table.update(
                conversation_key(self._user_id, conversation_id), **mark_input()
            )
        except ConditionFailed:
            return False
        messages = rows_input(messages_pk(self._user_id, conversation_id))
        async for rows in self._table.pages(**messages):
            await self._table.delete_all(rows)
        return True

    async def everything(self) -> None:
        """Raises TableUnavailable. What was deleted before that stays deleted."""
        async for rows in self._table.pages(**conversations_input(self._user_id)):
            for row in rows:
                await self.conversation(row["sk"].removeprefix("CONVERSATION#"))
