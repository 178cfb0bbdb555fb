"""The chat API: a plain ASGI app, and the handler for Lambda's stock runtime.

Turns are answered by Starlette alone, all else by FastAPI: a person who meets a cold start waits
for what is imported before their turn.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, cached_property
from typing import Any

from mangum import Mangum
from mangum.types import LambdaContext, LambdaEvent
from starlette.applications import Starlette
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from chat.api import turns
from chat.api.errors import HANDLERS
from chat.context import Context
from chat.runtime.ping import ANSWER, hold, is_ping


class JsonApi:
    """The FastAPI app, made when it is first asked: its import takes longer than all others."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> ASGIApp:
        from chat.api.json_api import create_json_api

        return create_json_api(self._context)


def create_app(context: Context | None = None) -> Starlette:
    context = context or Context()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await context.close()

    app = Starlette(exception_handlers=HANDLERS)
    app.router = Router(
        turns.routes, redirect_slashes=False, default=JsonApi(context), lifespan=lifespan
    )
    app.state.context = context
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
