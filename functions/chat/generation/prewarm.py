"""Warms a model in the background, ahead of its use."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.aws.functions import NotInvoked, invoke_later
from shared.aws.secret import gateway_key
from shared.gateway.errors import GatewayError
from shared.log import logger
from shared.settings import Settings, SettingsError
from shared.table.attributes import Item
from shared.table.lease import Lease, LeaseHeld
from shared.table.table import Table, TableUnavailable
from shared.warmth.rows import WarmthRows

if TYPE_CHECKING:
    import httpx

# Warm a model at most once within this time, no matter how many pages open.
DEBOUNCE_S = 60.0
LEASE = Lease("until", "take")


def debounce_key(model_id: str) -> Item:
    return {"pk": "LEASE#WARMUP", "sk": f"MODEL#{model_id}"}


def payload(model_id: str) -> bytes:
    """The warm-up function's event."""
    return json.dumps({"source": "app", "model": model_id}).encode()


class Prewarm:
    """Invokes the warm-up function. Without one, this process warms the model itself."""

    def __init__(
        self, settings: Settings, table: Table, http: Callable[[], "httpx.AsyncClient"]
    ) -> None:
        self._settings = settings
        self._table = table
        self._http = http
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, model_id: str) -> None:
        """Raises TableUnavailable. Later failures are only logged."""
        until = time.time() + DEBOUNCE_S
        values = {"expires_at": int(until) + 1}
        try:
            await LEASE.acquire(self._table, debounce_key(model_id), until, values)
        except LeaseHeld:
            return
        task = asyncio.create_task(self._warm(model_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Cancels running warm-ups. The gateways continue loading the models."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _warm(self, model_id: str) -> None:
        try:
            if function := self._settings.warmup_function:
                await invoke_later(function, payload(model_id))
            else:
                await self._visit(model_id)
        except (TableUnavailable, SettingsError, GatewayError, NotInvoked) as error:
            logger.warning("warm-up failed", error=type(error).__name__, failure=str(error))

    async def _visit(self, model_id: str) -> None:
        # Imported here, because deployed functions never warm a model themselves.
        from shared.gateway.client import Gateway
        from warmup.due import due_for
        from warmup.round import Round

        settings = self._settings
        key = await gateway_key(settings)
        gateways = [Gateway(url, self._http(), key) for url in settings.gateway_urls]
        warmths = await WarmthRows(self._table).all()
        places = due_for(warmths, model_id, [gateway.name for gateway in gateways])
        await Round(settings, self._table, gateways).run(places, settings.first_token_cold_s)
