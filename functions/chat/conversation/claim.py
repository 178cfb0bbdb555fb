"""Claims the conversations of an anonymous session for a user who signs in."""

from contextlib import suppress
from typing import Any

from chat.conversation.clock import timestamp
from chat.conversation.conversation import conversation_key
from chat.conversation.delete import conversations_input
from chat.conversation.message import Message, messages_pk
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table


def hold_input(user_id: str) -> dict[str, Any]:
    """Blocks new turns, and other users who claim the same conversation."""
    return {
        "UpdateExpression": "SET claimed_by = :user",
        "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(deleted_at) AND"
        " (attribute_not_exists(claimed_by) OR claimed_by = :user)",
        "ExpressionAttributeValues": {":user": user_id},
    }


def release_input(user_id: str) -> dict[str, Any]:
    return {
        "UpdateExpression": "REMOVE claimed_by",
        "ConditionExpression": "claimed_by = :user",
        "ExpressionAttributeValues": {":user": user_id},
    }


class Claim:
    """Moves conversations from one user to another.

    Each conversation is held, copied, then deleted, so an interruption loses nothing, and claiming
    again completes the move. A conversation with a running reply stays until the next claim.
    """

    def __init__(self, table: Table, from_user: str, to_user: str) -> None:
        self._table = table
        self._from = from_user
        self._to = to_user

    async def everything(self) -> int:
        """Returns the number of conversations moved. Raises TableUnavailable."""
        moved = 0
        async for rows in self._table.pages(**conversations_input(self._from)):
            for row in rows:
                moved += await self._conversation(row["sk"].removeprefix("CONVERSATION#"))
        return moved

    async def _conversation(self, conversation_id: str) -> bool:
        old_key = conversation_key(self._from, conversation_id)
        try:
            conversation = await self._table.update(old_key, **hold_input(self._to))
        except ConditionFailed:
            return False
        rows = await self._rows(messages_pk(self._from, conversation_id))
        if _has_running_reply(rows):
            # A concurrent claim by the same user may have released it.
            with suppress(ConditionFailed):
                await self._table.update(old_key, **release_input(self._to))
            return False
        new_pk = messages_pk(self._to, conversation_id)
        await self._table.put_all([{**row, "pk": new_pk} for row in rows])
        new_key = conversation_key(self._to, conversation_id)
        claimed = {"gsi1pk": f"USER#{self._to}", "claimed_at": timestamp()}
        del conversation["claimed_by"]
        await self._table.put({**conversation, **new_key, **claimed})
        await self._table.delete_all([old_key, *({"pk": r["pk"], "sk": r["sk"]} for r in rows)])
        return True

    async def _rows(self, pk: str) -> list[Item]:
        query = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": pk},
            "ConsistentRead": True,
        }
        return [row async for rows in self._table.pages(**query) for row in rows]


def _has_running_reply(rows: list[Item]) -> bool:
    return any(
        row["sk"].startswith("MESSAGE#") and Message.from_item(row).status == "streaming"
        for row in rows
    )
