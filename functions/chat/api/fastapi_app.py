"""The FastAPI app: routes that the page needs neither to open nor to chat.

Its import takes longer than everything else together, so it loads with its first request.
"""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from chat.api import claim, export, openai, tutorial
from chat.api.errors import HANDLERS, INVALID, error_response
from chat.context import Context


def create_fastapi_app(context: Context) -> FastAPI:
    # No OpenAPI description, which would help scanners of the public URL.
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={**HANDLERS, RequestValidationError: _refuse},
    )
    app.state.context = context
    for module in (claim, export, openai, tutorial):
        app.include_router(module.router)
    return app


async def _refuse(request: Request, _: Exception) -> Response:
    return await error_response(request, INVALID)
