"""Warms a model that somebody is about to use, in the background."""

import asyncio
import json
import time
from typing import Any

import httpx

from shared.aws.secret import gateway_key
from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayError
from shared.log import logger
from shared.settings import Settings, SettingsError
from shared.table.table import ConditionFailed, Table, TableUnavailable
from shared.warmth.rows import WarmthRows
from warmup.due import asked_for
from warmup.environments import lambda_client
from warmup.round import Round

# However many pages are opened, a model is warmed once within this time.
DEBOUNCE_S = 60.0


def debounce_input(model_id: str) -> dict[str, Any]:
    now = time.time()
    return {
        "Key": {"pk": "LEASE#WARMUP", "sk": f"MODEL#{model_id}"},
        "UpdateExpression": "SET #until = :until, expires_at = :expires",
        "ConditionExpression": "attribute_not_exists(pk) OR #until <= :now",
        "ExpressionAttributeNames": {"#until": "until"},
        "ExpressionAttributeValues": {
            ":now": now,
            ":until": now + DEBOUNCE_S,
            ":expires": int(now + DEBOUNCE_S) + 1,
        },
    }


def invoke_input(function: str, model_id: str) -> dict[str, Any]:
    event = {"source": "app", "model": model_id}
    return {
        "FunctionName": function,
        "InvocationType": "Event",
        "Payload": json.dumps(event).encode(),
    }


class Prewarm:
    """By the warm-up function; where there is none, by this process itself."""

    def __init__(self, settings: Settings, table: Table, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._table = table
        self._http = http
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, model_id: str) -> None:
        """Raises TableUnavailable. What goes wrong later is only logged: nobody waits for it."""
        debounce = debounce_input(model_id)
        try:
            await self._table.update(debounce.pop("Key"), **debounce)
        except ConditionFailed:
            return
        task = asyncio.create_task(self._warm(model_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Gives up what is under way: a model goes on loading without us."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _warm(self, model_id: str) -> None:
        try:
            if self._settings.warmup_function:
                await asyncio.to_thread(_invoke, self._settings.warmup_function, model_id)
            else:
                await self._visit(model_id)
        except (TableUnavailable, SettingsError, GatewayError, OSError) as error:
            logger.warning("warm-up failed", error=type(error).__name__)

    async def _visit(self, model_id: str) -> None:
        settings = self._settings
        key = await gateway_key(settings)
        gateways = [Gateway(url, self._http, key) for url in settings.gateway_urls]
        warmths = await WarmthRows(self._table).all()
        places = asked_for(warmths, model_id, [gateway.name for gateway in gateways])
        await Round(settings, self._table, gateways).run(places, settings.first_token_cold_s)


def _invoke(function: str, model_id: str) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        lambda_client().invoke(**invoke_input(function, model_id))
    except (BotoCoreError, ClientError) as error:
        raise OSError(type(error).__name__) from error
