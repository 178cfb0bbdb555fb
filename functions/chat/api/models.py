"""The models on offer: how warm they are, and warming one."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from chat.api.bodies import Body, read_body
from chat.api.dependencies import AppContext, User
from chat.api.fields import ModelId
from chat.api.offer import known_model
from shared.gateway.url import gateway_name
from shared.warmth.quota import WarmupQuota

router = APIRouter(prefix="/api/models")

# Of one user; all users together are held back by the lease of each model.
WARMUPS_PER_MINUTE = 10


class WarmBody(Body):
    model: ModelId


@router.get("")
async def list_models(context: AppContext, user: User) -> dict[str, Any]:
    settings = context.settings
    warmths = await context.climate.read()
    gateways = [gateway_name(url) for url in settings.gateway_urls]
    return {
        "default": settings.default_model,
        "models": [
            {**asdict(model), "warmth": warmths.best(model.id, gateways).to_json()}
            for model in settings.models
        ],
        "warmups": await WarmupQuota(context.table, settings.warmups_per_day).standing(),
    }


@router.post("/warm")
async def warm_model(request: Request, context: AppContext, user: User) -> Response:
    body = await read_body(request, WarmBody)
    model = known_model(context.settings, body.model)
    await context.admissions.count_warmup(user, WARMUPS_PER_MINUTE)
    # A model that is not on the list is warmed by its first chat only.
    if model in context.settings.models:
        await context.prewarm.begin(body.model)
    return Response(status_code=202)
