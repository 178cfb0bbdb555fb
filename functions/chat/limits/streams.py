"""Limits how many replies a user may stream at once.

Each user has numbered slots. Each reply holds a lease on one of them.
"""

import time
import zlib
from dataclasses import dataclass

from chat.limits.refused import LimitReached
from shared.table.attributes import Item
from shared.table.lease import Lease, LeaseHeld
from shared.table.table import ConditionFailed, Table

# A guess: a slot is released when its reply ends.
RETRY_AFTER_S = 5

LEASE = Lease("until", "take")

# Slots of a user without a limit. They still detect duplicates of the same message.
UNLIMITED = 10_000


class DuplicateInProgress(Exception):
    """Another request is sending the same message right now."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`take` distinguishes this lease of the slot from all others."""

    key: Item
    take: str


def slot_key(user_id: str, number: int) -> Item:
    return {"pk": f"LEASE#{user_id}", "sk": f"STREAM#{number}"}


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
        values = {"owner": owner, "expires_at": int(until) + 1}
        start = zlib.crc32(owner.encode())
        for number in ((start + step) % self._streams for step in range(self._streams)):
            key = slot_key(user_id, number)
            try:
                row = await LEASE.acquire(self._table, key, until, values)
                return Slot(key, row["take"])
            except LeaseHeld as held:
                if held.row.get("owner") == owner:
                    raise DuplicateInProgress from None
        raise LimitReached(
            "concurrent_streams", "too_many_streams",
            f"{self._streams} replies are being written for you already. Wait for one to end, or"
            " stop it.", RETRY_AFTER_S,
        )  # fmt: skip

    async def release(self, slot: Slot) -> None:
        """Raises TableUnavailable. The slot frees itself when its lease ends."""
        try:
            await self._table.delete(slot.key, **LEASE.release_input(slot.take))
        except ConditionFailed:
            return
