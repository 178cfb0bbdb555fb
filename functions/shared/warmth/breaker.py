"""A circuit breaker per model and gateway, shared by all environments through its row.

After `THRESHOLD` failures in a row the breaker opens for `OPEN_S` seconds. Then one caller probes:
a token closes the breaker, another failure opens it again.
"""

import time
from typing import Any

from shared.gateway.errors import GatewayError
from shared.table.lease import Lease, LeaseHeld
from shared.table.table import Table
from shared.warmth.rows import failure_values, set_input, warmth_key
from shared.warmth.warmth import Warmth

THRESHOLD = 5
OPEN_S = 15.0

# A prober that has not reported by then is slow or dead, so another one may probe.
PROBE_S = 30.0
PROBE = Lease("probe_until", "probe_take")


def failed_input(warmth: Warmth, error: GatewayError) -> dict[str, Any]:
    update = set_input(failure_values(warmth, error))
    update["UpdateExpression"] += ", failures = if_not_exists(failures, :zero) + :one"
    update["ExpressionAttributeValues"] |= {":zero": 0, ":one": 1}
    return update


def open_for_s(warmth: Warmth) -> float:
    """Seconds for which the breaker stays open, 0 if it lets requests through."""
    return max(0.0, warmth.open_until - time.time())


def needs_probe(warmth: Warmth) -> bool:
    return warmth.failures >= THRESHOLD and not open_for_s(warmth)


class Breaker:
    """Every method returns the updated row and raises TableUnavailable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def record_failure(self, warmth: Warmth, error: GatewayError) -> Warmth:
        key = warmth_key(warmth.model, warmth.gateway)
        row = Warmth.from_item(await self._table.update(key, **failed_input(warmth, error)))
        if row.failures < THRESHOLD:
            return row
        opened = set_input({"open_until": time.time() + OPEN_S, "probe_until": 0})
        return Warmth.from_item(await self._table.update(key, **opened))

    async def probe(self, warmth: Warmth) -> Warmth | None:
        """Returns the row to the one caller that may probe now, None to all others."""
        key = warmth_key(warmth.model, warmth.gateway)
        due = "failures >= :threshold AND open_until <= :now"
        try:
            row = await PROBE.acquire(
                self._table, key, time.time() + PROBE_S, None, due, {":threshold": THRESHOLD}
            )
        except LeaseHeld:
            return None
        return Warmth.from_item(row)
