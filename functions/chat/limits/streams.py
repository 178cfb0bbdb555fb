"""How many replies a user may have under way at once: numbered slots, each with an expiry.

A slot is taken by one conditional update, so two callers never share one, and one whose owner
died is free again when its lease ends.
"""

import secrets
import time
import zlib
from dataclasses import dataclass
from typing import Any

from chat.limits.refused import LimitReached
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table

# The end of a reply frees its slot; this is a guess of when that may be.
RETRY_AFTER_S = 5

# Slots of a user without a limit: there too the same message must meet itself.
ENDLESS = 10_000


class HeldByTwin(Exception):
    """The same message is being sent by another request right now."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`take` tells this lease of the slot from every other one."""

    key: Item
    take: str


def slot_key(user_id: str, number: int) -> Item:
    return {"pk": f"LEASE#{user_id}", "sk": f"STREAM#{number}"}


def take_input(owner: str, take: str, until: float) -> dict[str, Any]:
    return {
        "UpdateExpression": (
            "SET #owner = :owner, #take = :take, #until = :until, expires_at = :expires"
        ),
        "ConditionExpression": "attribute_not_exists(pk) OR #until <= :now",
        "ExpressionAttributeNames": {"#owner": "owner", "#take": "take", "#until": "until"},
        "ExpressionAttributeValues": {
            ":owner": owner,
            ":take": take,
            ":until": until,
            ":expires": int(until) + 1,
            ":now": time.time(),
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def free_input(take: str) -> dict[str, Any]:
    """Frees the slot unless its lease has ended and another reply has taken it."""
    return {
        "ConditionExpression": "#take = :take",
        "ExpressionAttributeNames": {"#take": "take"},
        "ExpressionAttributeValues": {":take": take},
    }


class Leases:
    """`streams` of 0 is no limit."""

    def __init__(self, table: Table, streams: int) -> None:
        self._table = table
        self._streams = streams or ENDLESS

    async def take(self, user_id: str, owner: str, seconds: float) -> Slot:
        """A slot for at most these seconds.

        `owner` is what is sent: the same message looks at the slots in the same order, so it
        meets itself. Raises LimitReached, HeldByTwin and TableUnavailable.
        """
        until = time.time() + seconds
        take = secrets.token_hex(8)
        start = zlib.crc32(owner.encode())
        for number in ((start + step) % self._streams for step in range(self._streams)):
            key = slot_key(user_id, number)
            try:
                await self._table.update(key, **take_input(owner, take, until))
                return Slot(key, take)
            except ConditionFailed as taken:
                # A call whose answer was lost is sent again, and meets what it did.
                if taken.item and taken.item.get("take") == take:
                    return Slot(key, take)
                if taken.item and taken.item.get("owner") == owner:
                    raise HeldByTwin from None
        raise LimitReached(
            "concurrent_streams", "too_many_streams",
            f"{self._streams} replies are being written for you already. Wait for one to end, or"
            " stop it.", RETRY_AFTER_S,
        )  # fmt: skip

    async def free(self, slot: Slot) -> None:
        """Raises TableUnavailable; the slot is free by itself when its lease ends."""
        try:
            await self._table.delete(slot.key, **free_input(slot.take))
        except ConditionFailed:
            return
