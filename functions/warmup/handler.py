"""Lambda handler: keeps the models loaded with one-token completions."""

import asyncio
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.gateway import Gateway, gateway_http
from shared.secret import gateway_key
from shared.settings import Settings
from warmup.visit import Visit, warm

logger = Logger(service="warmup")

# Seconds before the function's end by which a model that is still loading is given up.
DEADLINE_MARGIN_S = 5.0


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Warms every model on every gateway. A model that stays cold is a result, not an error."""
    remaining_s = context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN_S
    visits = asyncio.run(warm_all(Settings.from_env(), remaining_s))
    for visit in visits:
        logger.info("model visited", **visit.to_json())
    return {"visits": [visit.to_json() for visit in visits]}


async def warm_all(settings: Settings, remaining_s: float) -> list[Visit]:
    key = await gateway_key(settings)
    patience_s = min(settings.first_token_cold_s, remaining_s)
    async with gateway_http() as http:
        gateways = [Gateway(url, http, key) for url in settings.gateway_urls]
        return await asyncio.gather(
            *(
                warm(gateway, model.id, patience_s)
                for gateway in gateways
                for model in settings.models
            )
        )
