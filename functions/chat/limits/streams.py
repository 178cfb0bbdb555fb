"""Limits how many replies a user may stream at once.

Each user has numbered slots with an expiry. One conditional update acquires a slot, so two callers
never share one. A slot whose owner died is free again when its lease ends.
"""

import secrets
import time
import zlib
from dataclasses import dataclass
from typing import Any

from chat.limits.refused import LimitReached
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table

# A guess: a slot is released when its reply ends.
RETRY_AFTER_S = 5

# Slots of a user without a limit. They still detect duplicates of the same message.
UNLIMITED = 10_000


class DuplicateInProgress(Exception):
    """Another request is sending the same message right now."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`lease_id` distinguishes this lease of the slot from all others."""

    key: Item
    lease_id: str


def slot_key(user_id: str, number: int) -> Item:
    return {"pk": f"LEASE#{user_id}", "sk": f"STREAM#{number}"}


def acquire_input(owner: str, lease_id: str, until: float) -> dict[str, Any]:
    return {
        "UpdateExpression": (
            "SET #owner = :owner, #take = :take, #until = :until, expires_at = :expires"
        ),
        "ConditionExpression": "attribute_not_exists(pk) OR #until <= :now",
        "ExpressionAttributeNames": {"#owner": "owner", "#take": "take", "#until": "until"},
        "ExpressionAttributeValues": {
            ":owner": owner,
            ":take": lease_id,
            ":until": until,
            ":expires": int(until) + 1,
            ":now": time.time(),
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def release_input(lease_id: str) -> dict[str, Any]:
    """Releases the slot unless its lease has ended and another reply has acquired it."""
    return {
        "ConditionExpression": "#take = :take",
        "ExpressionAttributeNames": {"#take": "take"},
        "ExpressionAttributeValues": {":take": lease_id},
    }


class StreamLeases:
    """`streams` of 0 means no limit."""

    def __init__(self, table: Table, streams: int) -> None:
        self._table = table
        self._streams = streams or UNLIMITED

    async def acquire(self, user_id: str, owner: str, seconds: float) -> Slot:
        """Acquires a slot for at most `seconds`.

        `owner` is the id of the message. Requests with the same owner try the slots in the same
        order, so a duplicate meets the first one. Raises LimitReached, DuplicateInProgress and
        TableUnavailable.
        """
        until = time.time() + seconds
        lease_id = secrets.token_hex(8)
        start = zlib.crc32(owner.encode())
        for number in ((start + step) % self._streams for step in range(self._streams)):
            key = slot_key(user_id, number)
            try:
                await self._table.update(key, **acquire_input(owner, lease_id, until))
                return Slot(key, lease_id)
            except ConditionFailed as taken:
                # The first try succeeded but its answer was lost, so the retry finds this lease.
                if taken.item and taken.item.get("take") == lease_id:
                    return Slot(key, lease_id)
                if taken.item and taken.item.get("owner") == owner:
                    raise DuplicateInProgress from None
        raise LimitReached(
            "concurrent_streams", "too_many_streams",
            f"{self._streams} replies are being written for you already. Wait for one to end, or"
            " stop it.", RETRY_AFTER_S,
        )  # fmt: skip

    async def release(self, slot: Slot) -> None:
        """Raises TableUnavailable. The slot frees itself when its lease ends."""
        try:
            await self._table.delete(slot.key, **release_input(slot.lease_id))
        except ConditionFailed:
            return
