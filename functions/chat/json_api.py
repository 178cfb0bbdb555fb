"""The routes that answer with JSON, or stream what is not kept: FastAPI."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from chat import account_routes, conversation_routes, model_routes, openai_routes, tutorial_route
from chat.context import Context
from chat.errors import HANDLERS, INVALID, answer


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
        account_routes,
        model_routes,
        conversation_routes,
        tutorial_route,
        openai_routes,
    ):
        app.include_router(routes.router)
    return app


async def _refuse(request: Request, _: Exception) -> Response:
    return await answer(request, INVALID)
