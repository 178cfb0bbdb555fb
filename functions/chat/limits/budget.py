"""The token budget of a day, for each user and for all users together.

A reply reserves its tokens before it starts and is settled once when it ends. A reservation is one
conditional update of the day's total, so racing requests cannot exceed the limit. Deleting the
reservation's row decides who settles it. If the function dies, the row stays and the whole
reservation is charged.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.limits.refused import LimitReached
from chat.limits.reservation import (
    Reservation,
    add_input,
    reservation_key,
    reservations_input,
    shard_key,
    total_key,
)
from shared.day import resets_at, today, until_midnight_s
from shared.table.attributes import Item
from shared.table.table import ConditionFailed, Table

# The global total is spread over several rows, because one row takes only 1,000 writes a second.
# Each row holds its share of the limit. A share must not be so small that no reply fits in it.
MAX_SHARDS = 8
MIN_SHARD_TOKENS = 200_000

# A shorter reply is not worth its prompt.
MIN_REPLY_TOKENS = 16


@dataclass(frozen=True, slots=True)
class BudgetUsage:
    """`limit` and `remaining` are None without a limit."""

    used: int
    limit: int | None
    remaining: int | None
    resets_at: str

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Budget:
    """Every method raises TableUnavailable."""

    def __init__(self, table: Table, user_limit: int, global_limit: int) -> None:
        self._table = table
        self._user_limit = user_limit
        self._global_limit = global_limit

    async def reserve(
        self, user_id: str, reply_id: str, prompt: int, max_tokens: int, seconds: float
    ) -> Reservation:
        """Reserves the prompt and up to `max_tokens`, for at most `seconds`.

        The reservation's row must be saved before anything is spent, with `save` or together with
        other rows. Raises LimitReached.
        """
        day = today()
        user_total = total_key(user_id, day)
        granted, _ = await asyncio.gather(
            self._grant(user_total, prompt, max_tokens), self._settle_abandoned(user_id, day)
        )
        tokens, totals = prompt + granted, [user_total]
        if self._global_limit:
            try:
                totals.append(await self._reserve_globally(day, tokens))
            except BaseException:
                await self._add(totals, -tokens)
                raise
        key = reservation_key(user_id, day, reply_id)
        return Reservation(key, tokens, granted, totals, time.time() + seconds)

    async def save(self, reservation: Reservation) -> None:
        await self._table.put(reservation.row())

    async def release(self, reservation: Reservation) -> None:
        """Returns the whole reservation, whether its row was saved or not."""
        await asyncio.gather(
            self._table.delete(reservation.key), self._add(reservation.totals, -reservation.tokens)
        )

    async def settle(self, user_id: str, reservation: Reservation, charge: int) -> BudgetUsage:
        """Replaces the reservation with the reply's cost. A second call changes nothing."""
        try:
            await self._table.delete(reservation.key, ConditionExpression="attribute_exists(pk)")
            if charge != reservation.tokens:
                user_total, *_ = await self._add(reservation.totals, charge - reservation.tokens)
                if user_total["pk"] == total_key(user_id, today())["pk"]:
                    return self._usage(user_total)
        except ConditionFailed:
            pass
        return await self.usage(user_id)

    async def usage(self, user_id: str) -> BudgetUsage:
        return self._usage(await self._table.get(total_key(user_id, today())))

    def _usage(self, total: Item | None) -> BudgetUsage:
        used = int(total["used"]) if total else 0
        limit = self._user_limit or None
        remaining = max(0, limit - used) if limit else None
        return BudgetUsage(used, limit, remaining, resets_at())

    async def _grant(self, total: Item, prompt: int, max_tokens: int) -> int:
        """The reply's tokens: `max_tokens`, or what is left for today."""
        wanted = max_tokens
        while wanted >= min(max_tokens, MIN_REPLY_TOKENS):
            if await self._add_within(total, prompt + wanted, self._user_limit):
                return wanted
            row = await self._table.get(total)
            left = self._user_limit - prompt - (int(row["used"]) if row else 0)
            # A concurrent request may have taken tokens: try with fewer, or give up.
            wanted = min(wanted - 1, left)
        raise LimitReached(
            "token_budget_per_day", "budget_used_up",
            "Your tokens for today are used up, or too few are left for this message. There are"
            " new ones at midnight UTC.", until_midnight_s(),
        )  # fmt: skip

    async def _reserve_globally(self, day: str, tokens: int) -> Item:
        """The key of the shard that had room."""
        shards = min(MAX_SHARDS, max(1, self._global_limit // MIN_SHARD_TOKENS))
        for shard in random.sample(range(shards), shards):
            key = shard_key(day, shard)
            if await self._add_within(key, tokens, self._global_limit // shards):
                return key
        raise LimitReached(
            "global_token_budget_per_day", "budget_used_up",
            "This chat's tokens for today are used up. There are new ones at midnight UTC.",
            until_midnight_s(),
        )  # fmt: skip

    async def _add_within(self, total: Item, tokens: int, limit: int) -> bool:
        """Whether the tokens fitted. A limit of 0 means no limit."""
        if limit and tokens > limit:
            return False
        try:
            await self._table.update(total, **add_input(tokens, limit - tokens if limit else None))
        except ConditionFailed:
            return False
        return True

    async def _add(self, totals: Sequence[Item], tokens: int) -> list[Item]:
        """Returns the totals' rows after the addition."""
        return await asyncio.gather(
            *(self._table.update(key, **add_input(tokens)) for key in totals)
        )

    async def _settle_abandoned(self, user_id: str, day: str) -> None:
        """Settles the reservations of dead functions at their full price."""
        rows, _ = await self._table.query(**reservations_input(user_id, day))
        expired = [row for row in rows if row["lease_until"] < time.time()]
        await self._table.delete_all([{"pk": row["pk"], "sk": row["sk"]} for row in expired])
