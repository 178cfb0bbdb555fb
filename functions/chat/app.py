"""The chat API: a plain ASGI app, and the handler for Lambda's stock runtime."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from mangum.types import LambdaContext, LambdaEvent

from chat import (
    account_routes,
    conversation_routes,
    model_routes,
    openai_routes,
    turn_routes,
    tutorial_route,
)
from chat.context import Context
from chat.errors import handle_errors
from chat.runtime.ping import ANSWER, hold, is_ping


def create_app(context: Context | None = None) -> FastAPI:
    context = context or Context()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await context.close()

    # Nothing is served that describes the API: a public URL need not help a scanner.
    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.context = context
    handle_errors(app)
    for routes in (
        account_routes,
        model_routes,
        conversation_routes,
        turn_routes,
        tutorial_route,
        openai_routes,
    ):
        app.include_router(routes.router)
    return app


app = create_app()


@cache
def _buffered() -> Mangum:
    # It looks for an event loop when it is made, so not at import. Lambda's environment outlives
    # every request and closes nothing when it ends: no lifespan.
    return Mangum(app, lifespan="off")


def handler(event: LambdaEvent, context: LambdaContext) -> dict[str, Any]:
    """For Lambda's stock runtime, as under `sam local`: the whole response at once."""
    if is_ping(event):
        hold(event)
        return ANSWER
    return _buffered()(event, context)
