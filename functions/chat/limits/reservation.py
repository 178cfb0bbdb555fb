"""Rows of the token budget: a total a day, and a reservation for each running reply."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.day import KEPT_S
from shared.table.attributes import Item


@dataclass(frozen=True, slots=True)
class Reservation:
    """`tokens` are reserved in every row of `totals`, until `lease_until` at the latest."""

    key: Item
    tokens: int
    max_tokens: int
    totals: Sequence[Item]
    lease_until: float

    def row(self) -> Item:
        return {
            **self.key,
            "tokens": self.tokens,
            "lease_until": self.lease_until,
            "expires_at": int(time.time()) + KEPT_S,
        }


def total_key(user_id: str, day: str) -> Item:
    return {"pk": f"BUDGET#{user_id}#{day}", "sk": "TOTAL"}


def shard_key(day: str, shard: int) -> Item:
    return {"pk": f"BUDGET#GLOBAL#{day}#{shard}", "sk": "TOTAL"}


def reservation_key(user_id: str, day: str, reply_id: str) -> Item:
    return {"pk": f"BUDGET#{user_id}#{day}", "sk": f"RESERVATION#{reply_id}"}


def add_input(tokens: int, at_most: int | None = None) -> dict[str, Any]:
    """Adds to a total, on condition that it is at most `at_most` before."""
    values = {":tokens": tokens, ":expires": int(time.time()) + KEPT_S}
    update = "ADD used :tokens SET expires_at = :expires"
    if at_most is None:
        return {"UpdateExpression": update, "ExpressionAttributeValues": values}
    return {
        "UpdateExpression": update,
        "ConditionExpression": "attribute_not_exists(used) OR used <= :most",
        "ExpressionAttributeValues": {**values, ":most": at_most},
    }


def reservations_input(user_id: str, day: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :reservation)",
        "ExpressionAttributeValues": {
            ":pk": f"BUDGET#{user_id}#{day}",
            ":reservation": "RESERVATION#",
        },
    }
