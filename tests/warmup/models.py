"""Two models on one gateway, and a visit of them as in the warm-up function."""

import json
import time
from typing import Any

from shared.gateway.client import Gateway, gateway_http
from shared.settings import Settings
from shared.table.table import Table
from shared.warmth.rows import WarmthRows
from shared.warmth.warmth import WarmthMap
from tests.scripted_gateway import ScriptedGateway
from warmup.due import due
from warmup.round import Round
from warmup.visit import Visit

MODELS = '["one/model", "two/model"]'


async def visit_what_is_due(
    settings: Settings, rows: Table, patience_s: float = 5
) -> dict[str, Visit]:
    async with gateway_http() as http:
        gateways = [Gateway(url, http) for url in settings.gateway_urls]
        warmths = await WarmthRows(rows).all()
        models_due = due(settings, warmths, [gateway.name for gateway in gateways])
        visits = await Round(settings, rows, gateways).run(models_due, patience_s)
    return {visit.model: visit for visit in visits}


async def warmths(rows: Table) -> WarmthMap:
    return await WarmthRows(rows).all()


async def change(rows: Table, gateway: ScriptedGateway, model: str, **values: Any) -> None:
    """Set attributes of a model's row. Times are seconds relative to now."""
    name = gateway.origin.removeprefix("http://")
    key = {"pk": "MODEL", "sk": f"{model}#{name}"}
    for attribute, value in values.items():
        at = time.time() + value if attribute.endswith(("_at", "_until")) else value
        await rows.update(
            key,
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": attribute},
            ExpressionAttributeValues={":value": at},
        )


def requested_models(gateway: ScriptedGateway) -> list[str]:
    """The models of the gateway's requests, in order."""
    return [json.loads(request.body)["model"] for request in gateway.requests]
