"""A lease reserves what a row stands for to one caller, for a limited time.

One conditional update acquires a lease. A holder that died cannot release it, so it ends by itself.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table


class LeaseHeld(Exception):
    """Another caller holds the lease, or `condition` is false. `row` is the row as it is."""

    def __init__(self, row: Item) -> None:
        super().__init__("The lease is held.")
        self.row = row


@dataclass(frozen=True, slots=True)
class Lease:
    """Names the attributes of a row for the lease's end and for the id of its acquisition."""

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
        """Returns the condition for a write that releases the lease, if it is still the same."""
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
