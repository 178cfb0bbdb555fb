"""The warmth rows, which every environment of both functions reads and writes."""

import time
from typing import Any

from shared.gateway.errors import GatewayError, GatewayUnavailable
from shared.table.attributes import Item
from shared.table.lease import Lease, LeaseHeld
from shared.table.table import ConditionFailed, Table
from shared.warmth.warmth import MIN_COLD_MS, SAMPLES, Warmth, WarmthMap

PK = "MODEL"
LEASE = Lease("lease_until", "lease_take")

# Replies record at most one first token of a model within this time.
REPLY_INTERVAL_S = 30.0


def warmth_key(model: str, gateway: str) -> Item:
    return {"pk": PK, "sk": f"{model}#{gateway}"}


def all_input() -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": PK},
    }


def set_input(values: Item, condition: str = "", conditions: Item | None = None) -> dict[str, Any]:
    """Sets these attributes. The first write of a row also sets `created_at`."""
    names = {f"#{name}": name for name in values}
    sets = [f"#{name} = :{name}" for name in values]
    sets.append("created_at = if_not_exists(created_at, :now)")
    update = {
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {
            ":now": time.time(),
            **{f":{name}": value for name, value in values.items()},
            **(conditions or {}),
        },
    }
    return {**update, "ConditionExpression": condition} if condition else update


def token_values(warmth: Warmth, first_token_ms: int, cold: bool) -> Item:
    """A first token shows that the model is loaded, and how long that took."""
    samples = "cold_loads_ms" if cold else "first_tokens_ms"
    now = time.time()
    return {
        "model": warmth.model,
        "gateway": warmth.gateway,
        "seen": "warm",
        "error": "",
        "checked_at": now,
        "token_at": now,
        samples: [*getattr(warmth, samples), first_token_ms][-SAMPLES:],
        "failures": 0,
        "open_until": 0,
    }


def failure_values(warmth: Warmth, error: GatewayError) -> Item:
    silent = isinstance(error, GatewayUnavailable) and error.silent
    return {
        "model": warmth.model,
        "gateway": warmth.gateway,
        "seen": "cold" if silent else "down",
        "error": type(error).__name__,
        "checked_at": time.time(),
    }


def was_cold(before: Warmth, first_token_ms: int, warm_limit_s: float) -> bool:
    """Whether the model had to be loaded for this first token."""
    limit_ms = warm_limit_s * 1000 if before.state == "warm" else MIN_COLD_MS
    return first_token_ms >= limit_ms


class WarmthRows:
    """Every method raises TableUnavailable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def all(self) -> WarmthMap:
        rows = [row async for page in self._table.pages(**all_input()) for row in page]
        return WarmthMap(Warmth.from_item(row) for row in rows)

    async def lease(self, warmth: Warmth, seconds: float) -> Warmth | None:
        """Returns the row if the lease was free: only one caller warms a model at a time."""
        key = warmth_key(warmth.model, warmth.gateway)
        identity = {"model": warmth.model, "gateway": warmth.gateway}
        values = {**identity, "created_at": warmth.created_at}
        try:
            row = await LEASE.acquire(self._table, key, time.time() + seconds, values)
        except LeaseHeld:
            return None
        return Warmth.from_item(row)

    async def record_visit(self, warmth: Warmth, values: Item) -> None:
        """Saves the result of a warm-up and ends its lease. `warmth` is what `lease` returned."""
        await self.end_lease(warmth, {**values, "visited_at": time.time()})

    async def end_lease(self, warmth: Warmth, values: Item) -> None:
        """Saves the values, and ends the lease unless it has ended and somebody else holds it."""
        key = warmth_key(warmth.model, warmth.gateway)
        mine, conditions = "lease_take = :take", {":take": warmth.lease_take}
        try:
            ended = set_input({**values, "lease_until": 0}, mine, conditions)
            await self._table.update(key, **ended)
        except ConditionFailed:
            await self.write(warmth, values)

    async def record_reply(self, warmth: Warmth, values: Item) -> None:
        """Saves what a reply observed, unless another one has just done so."""
        now = time.time()
        fresh = "attribute_not_exists(taught_at) OR taught_at <= :before OR failures > :none"
        conditions = {":before": now - REPLY_INTERVAL_S, ":none": 0}
        observed = {**values, "used_at": now, "taught_at": now}
        try:
            await self._table.update(
                warmth_key(warmth.model, warmth.gateway), **set_input(observed, fresh, conditions)
            )
        except ConditionFailed:
            return

    async def write(self, warmth: Warmth, values: Item) -> None:
        await self._table.update(warmth_key(warmth.model, warmth.gateway), **set_input(values))
