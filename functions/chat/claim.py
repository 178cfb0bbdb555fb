"""Signing in: the conversations of an anonymous session become the user's."""

from chat.clock import timestamp
from chat.conversations import conversation_key
from chat.deletion import conversations_input
from chat.messages import Message, messages_pk
from shared.attributes import Item
from shared.table import Table


class Claim:
    """Moves conversations from one user to another.

    Each is copied before it is deleted, so whenever it breaks off nothing is lost, and claiming
    again completes it. One with a reply under way stays until the next claim.
    """

    def __init__(self, table: Table, from_user: str, to_user: str) -> None:
        self._table = table
        self._from = from_user
        self._to = to_user

    async def everything(self) -> int:
        """The number of conversations moved. Raises TableUnavailable."""
        moved = 0
        async for rows in self._table.pages(**conversations_input(self._from)):
            for row in rows:
                moved += await self._conversation(row["sk"].removeprefix("CONVERSATION#"))
        return moved

    async def _conversation(self, conversation_id: str) -> bool:
        old_key = conversation_key(self._from, conversation_id)
        conversation = await self._table.get(old_key)
        rows = await self._rows(messages_pk(self._from, conversation_id))
        if conversation is None or "deleted_at" in conversation or _under_way(rows):
            return False
        new_pk = messages_pk(self._to, conversation_id)
        await self._table.put_all([{**row, "pk": new_pk} for row in rows])
        new_key = conversation_key(self._to, conversation_id)
        claimed = {"gsi1pk": f"USER#{self._to}", "claimed_at": timestamp()}
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


def _under_way(rows: list[Item]) -> bool:
    return any(
        row["sk"].startswith("MESSAGE#") and Message.from_item(row).status == "streaming"
        for row in rows
    )
