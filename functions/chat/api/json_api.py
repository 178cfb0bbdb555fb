"""The routes that answer with JSON, or stream what is not kept: FastAPI."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from chat.api import account, conversations, models, openai, tutorial
from chat.api.errors import HANDLERS, INVALID, answer
from chat.context import Context


def create_json_api(context: Context) -> FastAPI:
    # Nothing is served that describes the API: a public URL need not help a scanner.
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={**HANDLERS, RequestValidationError: _refuse},
    )
    app.state.context = context
    for routes in (
        account,
        models,
        conversations,
        tutorial,
        openai,
    ):
        app.include_router(routes.router)
    return app


async def _refuse(request: Request, _: Exception) -> Response:
    return await answer(request, INVALID)
