"""Turns errors into HTTP responses, all in one shape.

FastAPI's own handlers echo the input and fail if it cannot be encoded (NaN, lone surrogates).
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.limits.refused import LimitReached
from shared.gateway.completion import InvalidCompletion
from shared.gateway.errors import GatewayError, GatewayRefused, GatewayUnavailable
from shared.log import logger
from shared.settings import SettingsError
from shared.table.table import TableUnavailable


class ApiError(Exception):
    """Answered as {"error": {"code", "message"}}; the message says what to do.

    `param` is the wrong field, which OpenAI's error shape reports. `limit` is the limit that was
    reached.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        param: str | None = None,
        limit: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.param = param
        self.limit = limit


NOT_FOUND = ApiError(404, "not_found", "There is nothing at this address. Check it.")
METHOD_NOT_ALLOWED = ApiError(405, "method_not_allowed", "This address does not take this method.")
INVALID = ApiError(422, "invalid_request", "A parameter is missing or has a wrong value.")
INTERNAL = ApiError(500, "internal", "Something went wrong on our side. Try again.")
STORAGE_UNAVAILABLE = ApiError(
    503,
    "storage_unavailable",
    "Conversations cannot be reached right now. Nothing was sent. Try again in a moment.",
    {"retry-after": "5"},
)


def gateway_api_error(error: GatewayError) -> ApiError:
    """The error for a gateway failure before the first byte of the response."""
    if isinstance(error, GatewayUnavailable):
        wait = max(1, round(error.retry_after or 5))
        return ApiError(503, "gateway_unavailable", str(error), {"retry-after": str(wait)})
    code = "gateway_refused" if isinstance(error, GatewayRefused) else "reply_interrupted"
    return ApiError(502, code, str(error))


def _api_error(error: Exception) -> ApiError:
    match error:
        case ApiError():
            return error
        case LimitReached():
            wait = {"retry-after": str(error.retry_after_s)}
            return ApiError(429, error.code, str(error), wait, limit=error.limit)
        case InvalidCompletion():
            return ApiError(422, "invalid_request", str(error))
        case GatewayError():
            return gateway_api_error(error)
        case SettingsError():
            return ApiError(503, "not_configured", str(error))
        case TableUnavailable():
            return STORAGE_UNAVAILABLE
        case HTTPException(status_code=405):
            return METHOD_NOT_ALLOWED
        case HTTPException(status_code=status) if status < 500:
            return NOT_FOUND
    return INTERNAL


async def error_response(request: Request, error: Exception) -> JSONResponse:
    api_error = _api_error(error)
    if api_error.status >= 500:
        logger.error("request failed", error=type(error).__name__, code=api_error.code)
    if request.url.path.startswith("/v1/"):
        return _openai_response(api_error)
    limit = {"limit": api_error.limit} if api_error.limit else {}
    body = {"error": {"code": api_error.code, "message": api_error.message, **limit}}
    return JSONResponse(body, api_error.status, headers=api_error.headers)


def _openai_response(api_error: ApiError) -> JSONResponse:
    """The error in OpenAI's shape. Their SDKs choose the exception by the status."""
    status = 400 if api_error.status == 422 else api_error.status
    code, headers = api_error.code, api_error.headers
    if code == "unknown_model":
        status, code = 404, "model_not_found"
    if code in ("gateway_refused", "not_configured"):
        # Without this header the SDKs retry after every 5xx.
        headers = {**headers, "x-should-retry": "false"}
    kind = "invalid_request_error" if status < 500 else "api_error"
    error = {"message": api_error.message, "type": kind, "param": api_error.param, "code": code}
    return JSONResponse({"error": error}, status, headers=headers)


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

# Replaces all handlers of the frameworks.
HANDLERS: dict[int | type[Exception], Handler] = dict.fromkeys(
    (
        ApiError,
        HTTPException,
        InvalidCompletion,
        LimitReached,
        GatewayError,
        SettingsError,
        TableUnavailable,
        Exception,
    ),
    error_response,
)
