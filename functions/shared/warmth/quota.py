"""Limits the warm-up completions of a day, because they cost tokens too."""

import time
from typing import Any

from shared.day import KEPT_S, resets_at, today
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table


def quota_key(day: str) -> Item:
    return {"pk": f"BUDGET#WARMUP#{day}", "sk": "TOTAL"}


def count_input(limit: int) -> dict[str, Any]:
    return {
        "UpdateExpression": "ADD used :one SET expires_at = :expires",
        "ConditionExpression": "attribute_not_exists(used) OR used < :limit",
        "ExpressionAttributeValues": {
            ":one": 1,
            ":limit": limit,
            ":expires": int(time.time()) + KEPT_S,
        },
    }


_UNLIMITED = 10**9


class WarmupQuota:
    """A limit of 0 means no limit. Every method raises TableUnavailable."""

    def __init__(self, table: Table, limit: int) -> None:
        self._table = table
        self._limit = limit

    async def acquire(self) -> bool:
        """Counts one completion. False when the limit is reached."""
        try:
            await self._table.update(quota_key(today()), **count_input(self._limit or _UNLIMITED))
        except ConditionFailed:
            return False
        return True

    async def usage(self) -> dict[str, Any]:
        row = await self._table.get(quota_key(today()))
        return {
            "used": int(row["used"]) if row else 0,
            "limit": self._limit or None,
            "resets_at": resets_at(),
        }
