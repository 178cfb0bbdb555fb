"""Tokens a day, for each user and for all: reserved before a reply, settled once after it.

A reservation is one conditional update of the day's total, so racing requests can never be
granted more than there is. Whoever deletes the reservation's own row settles it; a function that
died leaves both, and then the whole reservation stays charged.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.limits.refused import LimitReached
from shared.day import KEPT_S, resets_at, today, until_midnight_s
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table

# The total of all users is spread over rows, because one row takes 1,000 writes a second. Each
# holds its share of the limit, and none so little that a reply would not fit.
MOST_SHARDS = 8
LEAST_SHARD_TOKENS = 200_000

# A shorter reply is not worth its prompt.
LEAST_REPLY_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Reservation:
    """`tokens` are reserved on every row of `totals`, for at most until `lease_until`."""

    key: Item
    tokens: int
    max_tokens: int
    totals: Sequence[Item]
    lease_until: float

    def row(self) -> Item:
        expires_at = int(time.time()) + KEPT_S
        return {
            **self.key,
            "tokens": self.tokens,
            "lease_until": self.lease_until,
            "expires_at": expires_at,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """`limit` and `remaining` are None without a limit."""

    used: int
    limit: int | None
    remaining: int | None
    resets_at: str

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def total_key(user_id: str, day: str) -> Item:
    return {"pk": f"BUDGET#{user_id}#{day}", "sk": "TOTAL"}


def shard_key(day: str, shard: int) -> Item:
    return {"pk": f"BUDGET#GLOBAL#{day}#{shard}", "sk": "TOTAL"}


def reservation_key(user_id: str, day: str, reply_id: str) -> Item:
    return {"pk": f"BUDGET#{user_id}#{day}", "sk": f"RESERVATION#{reply_id}"}


def add_input(tokens: int, most: int | None = None) -> dict[str, Any]:
    """Adds to a total, if it is at `most` that much before."""
    values = {":tokens": tokens, ":expires": int(time.time()) + KEPT_S}
    update = "ADD used :tokens SET expires_at = :expires"
    if most is None:
        return {"UpdateExpression": update, "ExpressionAttributeValues": values}
    return {
        "UpdateExpression": update,
        "ConditionExpression": "attribute_not_exists(used) OR used <= :most",
        "ExpressionAttributeValues": {**values, ":most": most},
    }


def reservations_input(user_id: str, day: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :reservation)",
        "ExpressionAttributeValues": {
            ":pk": f"BUDGET#{user_id}#{day}",
            ":reservation": "RESERVATION#",
        },
    }


class Budget:
    """Every method raises TableUnavailable."""

    def __init__(self, table: Table, per_user: int, for_all: int) -> None:
        self._table = table
        self._per_user = per_user
        self._for_all = for_all

    async def reserve(
        self, user_id: str, reply_id: str, prompt: int, max_tokens: int, seconds: float
    ) -> Reservation:
        """Reserves the prompt and as much of `max_tokens` as there is, for at most these seconds.

        Its row must be saved before anything is spent, by `keep` or with other rows. Raises
        LimitReached.
        """
        day = today()
        mine = total_key(user_id, day)
        granted, _ = await asyncio.gather(
            self._grant(mine, prompt, max_tokens), self._heal(user_id, day)
        )
        tokens, totals = prompt + granted, [mine]
        if self._for_all:
            try:
                totals.append(await self._take_from_all(day, tokens))
            except BaseException:
                await self._add(totals, -tokens)
                raise
        key = reservation_key(user_id, day, reply_id)
        return Reservation(key, tokens, granted, totals, time.time() + seconds)

    async def keep(self, reservation: Reservation) -> None:
        await self._table.put(reservation.row())

    async def release(self, reservation: Reservation) -> None:
        """Gives all of it back, whether or not its row was saved."""
        await asyncio.gather(
            self._table.delete(reservation.key), self._add(reservation.totals, -reservation.tokens)
        )

    async def settle(self, user_id: str, reservation: Reservation, charge: int) -> Standing:
        """Replaces the reservation by what the reply cost. The second time it changes nothing."""
        try:
            await self._table.delete(reservation.key, ConditionExpression="attribute_exists(pk)")
            if charge != reservation.tokens:
                mine, *_ = await self._add(reservation.totals, charge - reservation.tokens)
                if mine["pk"] == total_key(user_id, today())["pk"]:
                    return self._standing(mine)
        except ConditionFailed:
            pass
        return await self.standing(user_id)

    async def standing(self, user_id: str) -> Standing:
        return self._standing(await self._table.get(total_key(user_id, today())))

    def _standing(self, total: Item | None) -> Standing:
        used = int(total["used"]) if total else 0
        limit = self._per_user or None
        remaining = max(0, limit - used) if limit else None
        return Standing(used, limit, remaining, resets_at())

    async def _grant(self, total: Item, prompt: int, max_tokens: int) -> int:
        """Tokens the reply may have: as many as asked for, or what is left of the day."""
        wanted = max_tokens
        while wanted >= min(max_tokens, LEAST_REPLY_TOKENS):
            if await self._add_within(total, prompt + wanted, self._per_user):
                return wanted
            row = await self._table.get(total)
            left = self._per_user - prompt - (int(row["used"]) if row else 0)
            # Another request may have been faster: try for less, or give up.
            wanted = min(wanted - 1, left)
        raise LimitReached(
            "token_budget_per_day", "budget_used_up",
            "Your tokens for today are used up, or too few are left for this message. There are"
            " new ones at midnight UTC.", until_midnight_s(),
        )  # fmt: skip

    async def _take_from_all(self, day: str, tokens: int) -> Item:
        """The row of all users' total that had room."""
        shards = min(MOST_SHARDS, max(1, self._for_all // LEAST_SHARD_TOKENS))
        for shard in random.sample(range(shards), shards):
            key = shard_key(day, shard)
            if await self._add_within(key, tokens, self._for_all // shards):
                return key
        raise LimitReached(
            "global_token_budget_per_day", "budget_used_up",
            "This chat's tokens for today are used up. There are new ones at midnight UTC.",
            until_midnight_s(),
        )  # fmt: skip

    async def _add_within(self, total: Item, tokens: int, limit: int) -> bool:
        """Whether the tokens still fitted; a limit of 0 is none."""
        if limit and tokens > limit:
            return False
        try:
            await self._table.update(total, **add_input(tokens, limit - tokens if limit else None))
        except ConditionFailed:
            return False
        return True

    async def _add(self, totals: Sequence[Item], tokens: int) -> list[Item]:
        """The totals' rows afterwards."""
        return await asyncio.gather(
            *(self._table.update(key, **add_input(tokens)) for key in totals)
        )

    async def _heal(self, user_id: str, day: str) -> None:
        """Settles what dead functions left, at its full price."""
        rows, _ = await self._table.query(**reservations_input(user_id, day))
        dead = [row for row in rows if row["lease_until"] < time.time()]
        await self._table.delete_all([{"pk": row["pk"], "sk": row["sk"]} for row in dead])
