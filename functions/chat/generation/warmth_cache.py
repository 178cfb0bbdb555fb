"""Caches the models' warmth in this environment."""

import asyncio
import time

from shared.age import NEVER, is_older
from shared.gateway.errors import GatewayError
from shared.log import logger
from shared.settings import Settings
from shared.table.table import Table, TableUnavailable
from shared.warmth.breaker import Breaker, needs_probe, open_for_s
from shared.warmth.rows import REPLY_INTERVAL_S, WarmthRows, token_values, was_cold
from shared.warmth.warmth import Warmth, WarmthMap

# Rows that other environments wrote may be this stale here.
MAX_AGE_S = 2.0


class WarmthCache:
    """Keeps the warmth rows for up to `MAX_AGE_S`, and records this environment's replies."""

    def __init__(self, table: Table, settings: Settings) -> None:
        self._settings = settings
        self._rows = WarmthRows(table)
        self._breaker = Breaker(table)
        # Rows that this environment wrote after it last read all of them.
        self._written: dict[tuple[str, str], Warmth] = {}
        self._map = WarmthMap()
        self._read_at = NEVER
        self._recorded_at: dict[tuple[str, str], float] = {}
        self._reading = asyncio.Lock()

    async def read(self) -> WarmthMap:
        """Raises TableUnavailable."""
        async with self._reading:
            if is_older(self._read_at, MAX_AGE_S):
                self._map = await self._rows.all()
                self._written.clear()
                self._read_at = time.time()
        return self._map

    def of(self, model: str, gateway: str) -> Warmth:
        return self._written.get((model, gateway)) or self._map.of(model, gateway)

    def open_for_s(self, model: str, gateway: str) -> float:
        """Seconds until this gateway may be asked again, 0 if it may be asked now."""
        return open_for_s(self.of(model, gateway))

    async def may_ask(self, model: str, gateway: str) -> bool:
        """False when the breaker is open or another caller probes. Raises nothing."""
        warmth = self.of(model, gateway)
        if open_for_s(warmth):
            return False
        if not needs_probe(warmth):
            return True
        try:
            probing = await self._breaker.probe(warmth)
        except TableUnavailable:
            # Another caller may be probing; without the table there is no way to tell.
            logger.warning("probe not leased")
            return False
        if probing is not None:
            self._keep(probing)
        return probing is not None

    async def record_first_token(self, before: Warmth, first_token_ms: int) -> None:
        """Raises nothing: a reply must not fail because of it."""
        place = (before.model, before.gateway)
        recent = not is_older(self._recorded_at.get(place, NEVER), REPLY_INTERVAL_S)
        if not self._listed(before) or (recent and not self.of(*place).failures):
            return
        self._recorded_at[place] = time.time()
        cold = was_cold(before, first_token_ms, self._settings.first_token_warm_s)
        try:
            await self._rows.record_reply(before, token_values(before, first_token_ms, cold))
            self._read_at = NEVER
        except TableUnavailable:
            logger.warning("warmth not saved")

    async def record_failure(self, warmth: Warmth, error: GatewayError) -> None:
        """Counts a failure for the breaker. Raises nothing."""
        if not self._listed(warmth):
            return
        try:
            self._keep(await self._breaker.record_failure(warmth, error))
        except TableUnavailable:
            logger.warning("failure not counted")

    def _keep(self, row: Warmth) -> None:
        self._written[(row.model, row.gateway)] = row

    def _listed(self, warmth: Warmth) -> bool:
        """Callers can name any model under ALLOW_ANY_MODEL; rows for all of them would pile up."""
        return any(model.id == warmth.model for model in self._settings.models)
