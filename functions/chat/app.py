"""The chat API: a plain ASGI app, and the handler for Lambda's stock runtime.

The routes load in three parts, because a cold start pays for every import:
1. Routes that the page calls to open load with the process.
2. Turns load with the first turn, or right after the first response.
3. All other routes belong to FastAPI, whose import takes most of a cold start. They load with their
   first request.
A scheduled ping loads everything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from mangum import Mangum
from mangum.types import LambdaContext, LambdaEvent
from starlette.applications import Starlette
from starlette.routing import Router
from starlette.types import ASGIApp

from chat.api import account, conversations, models, start
from chat.api.errors import HANDLERS
from chat.context import Context
from chat.lazy import FOR_THE_REST, FOR_TURNS, LazyApp
from chat.runtime.ping import answer_ping, is_ping


def create_app(context: Context | None = None) -> Starlette:
    context = context or Context()

    def create_turns() -> ASGIApp:
        from chat.api import turns

        return Router(
            turns.routes, redirect_slashes=False, default=LazyApp(FOR_THE_REST, create_rest)
        )

    def create_rest() -> ASGIApp:
        from chat.api.fastapi_app import create_fastapi_app

        return create_fastapi_app(context)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await context.close()

    app = Starlette(exception_handlers=HANDLERS)
    app.router = Router(
        [*start.routes, *account.routes, *models.routes, *conversations.routes],
        redirect_slashes=False,
        default=LazyApp(FOR_TURNS, create_turns),
        lifespan=lifespan,
    )
    app.state.context = context
    return app


app = create_app()


@cache
def _buffered() -> Mangum:
    # Mangum looks for an event loop when it is created, so not at import. No lifespan: a Lambda
    # environment outlives every request and closes nothing when it ends.
    return Mangum(app, lifespan="off")


def handler(event: LambdaEvent, context: LambdaContext) -> dict[str, Any]:
    """For Lambda's stock runtime, as under `sam local`: the whole response at once."""
    if is_ping(event):
        return answer_ping(event)
    return _buffered()(event, context)
