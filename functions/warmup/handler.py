"""Lambda handler that keeps models loaded with one-token completions.

Events: {"source": "schedule", "chat_function": name} visits all models that are due, and
{"source": "app", "model": id} visits a model that is about to be used.
"""

import asyncio
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.secret import gateway_key
from shared.gateway.client import Gateway, gateway_http
from shared.log import logger
from shared.settings import Settings
from shared.table.table import Table
from shared.warmth.rows import WarmthRows
from warmup.due import due, due_for
from warmup.environments import keep_alive
from warmup.metrics import count_visit
from warmup.round import Round
from warmup.visit import Visit

# Stop waiting for a loading model this long before the function's deadline.
DEADLINE_MARGIN_S = 10.0


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A model that stays cold is a result, not an error."""
    remaining_s = context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN_S
    visits, environments = asyncio.run(_work(Settings.from_env(), event, remaining_s))
    for visit in visits:
        logger.info("model visited", **visit.to_json())
        count_visit(visit)
    return {"visits": [visit.to_json() for visit in visits], "environments": environments}


async def _work(
    settings: Settings, event: dict[str, Any], remaining_s: float
) -> tuple[list[Visit], int]:
    table = Table(settings.table_name)
    try:
        visits, environments = await asyncio.gather(
            _visit(settings, table, str(event.get("model") or ""), remaining_s),
            _keep_chat_alive(settings, str(event.get("chat_function") or "")),
        )
    finally:
        await table.close()
    return visits, environments


async def _visit(settings: Settings, table: Table, model: str, remaining_s: float) -> list[Visit]:
    key = await gateway_key(settings)
    async with gateway_http() as http:
        gateways = [Gateway(url, http, key) for url in settings.gateway_urls]
        names = [gateway.name for gateway in gateways]
        warmths = await WarmthRows(table).all()
        places = due_for(warmths, model, names) if model else due(settings, warmths, names)
        patience_s = min(settings.first_token_cold_s, remaining_s)
        return await Round(settings, table, gateways).run(places, patience_s)


async def _keep_chat_alive(settings: Settings, function: str) -> int:
    if not function or not settings.warm_environments:
        return 0
    return await keep_alive(function, settings.warm_environments)
