"""A round of visits, all at once. Each one takes a lease, is counted, and saves its result."""

import asyncio
from collections.abc import Iterable, Sequence

from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayUnavailable
from shared.settings import Settings
from shared.table.table import Table
from shared.warmth.quota import WarmupQuota
from shared.warmth.rows import WarmthRows, failure_values, token_values, was_cold
from shared.warmth.warmth import Warmth
from warmup.visit import Visit, warm

# Between the end of a visit and the end of its lease.
LEASE_MARGIN_S = 5.0


class Round:
    """Raises TableUnavailable, because a visit that cannot be counted must not happen."""

    def __init__(self, settings: Settings, table: Table, gateways: Sequence[Gateway]) -> None:
        self._settings = settings
        self._rows = WarmthRows(table)
        self._quota = WarmupQuota(table, settings.warmups_per_day)
        self._gateways = {gateway.name: gateway for gateway in gateways}

    async def run(self, places: Iterable[Warmth], patience_s: float) -> list[Visit]:
        return list(await asyncio.gather(*(self._visit(each, patience_s) for each in places)))

    async def _visit(self, place: Warmth, patience_s: float) -> Visit:
        before = await self._rows.lease(place, patience_s + LEASE_MARGIN_S)
        if before is None:
            return Visit(place.model, place.gateway, skipped="busy")
        if not await self._quota.acquire():
            await self._rows.end_lease(before, {})
            return Visit(place.model, place.gateway, skipped="capped")
        visit = await warm(self._gateways[place.gateway], place.model, patience_s)
        if visit.first_token_ms is not None:
            # `place` predates the lease, which makes every model look as if it were loading.
            cold = was_cold(place, visit.first_token_ms, self._settings.first_token_warm_s)
            values = token_values(before, visit.first_token_ms, cold)
        else:
            values = failure_values(before, visit.error or GatewayUnavailable("No token."))
        await self._rows.record_visit(before, values)
        return visit
