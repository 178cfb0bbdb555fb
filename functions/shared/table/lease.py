"""Leases: for some time, one caller holds what a row stands for, and nobody else.

One conditional update acquires a lease. A holder that died cannot release it, so it ends by itself.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table


class LeaseHeld(Exception):
    """Somebody else holds the lease, or its other conditions do not hold. `row` is the row."""

    def __init__(self, row: Item) -> None:
        super().__init__("The lease is held.")
        self.row = row


@dataclass(frozen=True, slots=True)
class Lease:
    """The names of two attributes of a row: when the lease ends, and which acquisition holds it."""

    until: str
    take: str

    async def acquire(
        self,
        table: Table,
        key: Item,
        until: float,
        values: Item | None = None,
        condition: str = "",
        conditions: Item | None = None,
    ) -> Item:
        """Sets `values` too and returns the whole row. `until` in seconds since 1970.

        `condition` uses `conditions` and must hold as well. Raises LeaseHeld and TableUnavailable.
        """
        take = secrets.token_hex(8)
        update = self._input({**(values or {}), self.until: until, self.take: take}, condition)
        update["ExpressionAttributeValues"] |= conditions or {}
        try:
            return await table.update(key, **update)
        except ConditionFailed as failed:
            row = failed.item or {}
            # An earlier attempt succeeded, but its answer was lost.
            if row.get(self.take) == take:
                return row
            raise LeaseHeld(row) from failed

    def release_input(self, take: str) -> dict[str, Any]:
        """The condition of a write that releases the lease, unless somebody else holds it now."""
        return {
            "ConditionExpression": "#take = :take",
            "ExpressionAttributeNames": {"#take": self.take},
            "ExpressionAttributeValues": {":take": take},
        }

    def _input(self, values: Item, condition: str) -> dict[str, Any]:
        free = f"(attribute_not_exists(#{self.until}) OR #{self.until} <= :now)"
        return {
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "ConditionExpression": f"{free} AND {condition}" if condition else free,
            "ExpressionAttributeNames": {f"#{name}": name for name in values},
            "ExpressionAttributeValues": {
                ":now": time.time(),
                **{f":{name}": value for name, value in values.items()},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
