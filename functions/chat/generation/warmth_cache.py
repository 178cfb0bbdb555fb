"""What this environment knows of the models' warmth: read rarely, updated by what it sees."""

import asyncio
import time

from shared.gateway.errors import GatewayError
from shared.log import logger
from shared.settings import Settings
from shared.table.table import Table, TableUnavailable
from shared.warmth.breaker import Breaker, closed_for_s, needs_probe
from shared.warmth.rows import TEACH_S, WarmthRows, token_values, was_cold
from shared.warmth.warmth import Warmth, WarmthMap

# Other environments' news may be this old.
MAX_AGE_S = 2.0


class Climate:
    def __init__(self, table: Table, settings: Settings) -> None:
        self._settings = settings
        self._rows = WarmthRows(table)
        self._breaker = Breaker(table)
        self._known: dict[tuple[str, str], Warmth] = {}
        self._map = WarmthMap()
        self._read_at = float("-inf")
        self._taught_at: dict[tuple[str, str], float] = {}
        self._reading = asyncio.Lock()

    async def read(self) -> WarmthMap:
        """Raises TableUnavailable."""
        async with self._reading:
            if time.monotonic() - self._read_at > MAX_AGE_S:
                self._map = await self._rows.all()
                self._known.clear()
                self._read_at = time.monotonic()
        return self._map

    def of(self, model: str, gateway: str) -> Warmth:
        return self._known.get((model, gateway)) or self._map.of(model, gateway)

    def closed_for_s(self, model: str, gateway: str) -> float:
        """Seconds for which nobody shall ask this gateway; 0 when it may be asked."""
        return closed_for_s(self.of(model, gateway))

    async def may_ask(self, model: str, gateway: str) -> bool:
        """False when the breaker is open, or another caller probes. Raises nothing."""
        warmth = self.of(model, gateway)
        if closed_for_s(warmth):
            return False
        if not needs_probe(warmth):
            return True
        try:
            probing = await self._breaker.probe(warmth)
        except TableUnavailable:
            # Nobody knows whether another one probes.
            logger.warning("probe not leased")
            return False
        if probing is not None:
            self._keep(probing)
        return probing is not None

    async def answered(self, before: Warmth, first_token_ms: int) -> None:
        """Tells what a first token teaches. Raises nothing: no reply fails for it."""
        place = (before.model, before.gateway)
        recent = time.monotonic() - self._taught_at.get(place, float("-inf")) < TEACH_S
        if not self._listed(before) or (recent and not self.of(*place).failures):
            return
        self._taught_at[place] = time.monotonic()
        cold = was_cold(before, first_token_ms, self._settings.first_token_warm_s)
        try:
            await self._rows.taught(before, token_values(before, first_token_ms, cold))
            self._read_at = float("-inf")
        except TableUnavailable:
            logger.warning("warmth not saved")

    async def failed(self, warmth: Warmth, error: GatewayError) -> None:
        """Counts a failure for the breaker. Raises nothing."""
        if not self._listed(warmth):
            return
        try:
            self._keep(await self._breaker.failed(warmth, error))
        except TableUnavailable:
            logger.warning("failure not counted")

    def _keep(self, row: Warmth) -> None:
        self._known[(row.model, row.gateway)] = row

    def _listed(self, warmth: Warmth) -> bool:
        """Rows of models that anyone may name would grow without end."""
        return any(model.id == warmth.model for model in self._settings.models)
