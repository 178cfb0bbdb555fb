"""The models on offer: list them with their warmth, and warm one."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.api.access import context_of, user_of
from chat.api.body import Body, ModelId, read_body
from chat.api.errors import ApiError
from chat.api.routing import route
from chat.context import Context
from shared.models import Model
from shared.settings import Settings
from shared.warmth.quota import WarmupQuota

# For one user. Each model's debounce lease limits all users together.
WARMUPS_PER_MINUTE = 10


class WarmBody(Body):
    model: ModelId


def known_model(settings: Settings, model_id: str | None) -> Model | None:
    """The named model, None if none was named. Raises ApiError 422 when it is not on offer."""
    model = settings.model(model_id) if model_id else None
    if model_id and model is None:
        raise ApiError(
            422,
            "unknown_model",
            "This model is not on offer. GET /api/models lists those that are.",
            param="model",
        )
    return model


async def list_models(request: Request) -> Response:
    await user_of(request)
    return JSONResponse(await models_json(context_of(request)))


async def models_json(context: Context) -> dict[str, Any]:
    settings = context.settings
    warmths = await context.warmth_cache.read()
    gateways = settings.gateway_names
    return {
        "default": settings.default_model,
        "models": [
            {**asdict(model), "warmth": warmths.best(model.id, gateways).to_json()}
            for model in settings.models
        ],
        "warmups": await WarmupQuota(context.table, settings.warmups_per_day).usage(),
    }


async def warm_model(request: Request) -> Response:
    user = await user_of(request)
    body = await read_body(request, WarmBody)
    context = context_of(request)
    model = known_model(context.settings, body.model)
    await context.admissions.count_warmup(user, WARMUPS_PER_MINUTE)
    # An unlisted model is warmed only by its first chat.
    if model in context.settings.models:
        await context.prewarm.begin(body.model)
    return Response(status_code=202)


routes = [
    route("GET", "/api/models", list_models),
    route("POST", "/api/models/warm", warm_model),
]
