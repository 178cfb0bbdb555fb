"""Requests a minute: one counter per window, in the table."""

import time
from typing import Any

from chat.limits.refused import LimitReached
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table

WINDOW_S = 60

# DynamoDB may delete expired rows days late. Nothing reads a window after its end.
KEPT_S = 3600


def window_key(who: str, now: float) -> Item:
    return {"pk": f"RATE#{who}#{int(now) // WINDOW_S * WINDOW_S}", "sk": "COUNT"}


def count_input(limit: int, now: float) -> dict[str, Any]:
    return {
        "UpdateExpression": "ADD #count :one SET expires_at = :expires",
        "ConditionExpression": "attribute_not_exists(#count) OR #count < :limit",
        "ExpressionAttributeNames": {"#count": "count"},
        "ExpressionAttributeValues": {
            ":one": 1,
            ":limit": limit,
            ":expires": int(now) + KEPT_S,
        },
    }


class Rate:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def count(self, who: str, limit: int, name: str = "requests_per_minute") -> None:
        """Counts a request unless it would exceed `limit`. 0 means no limit.

        Raises LimitReached and TableUnavailable.
        """
        if not limit:
            return
        now = time.time()
        try:
            await self._table.update(window_key(who, now), **count_input(limit, now))
        except ConditionFailed:
            wait = WINDOW_S - now % WINDOW_S
            raise LimitReached(
                name, "rate_limited", f"That was too fast: {limit} a minute are allowed."
                " Wait a moment and try again.", wait,
            ) from None  # fmt: skip
