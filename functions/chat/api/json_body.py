"""Request bodies: bytes from anyone, to JSON or a 4xx that echoes nothing."""

import json
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from chat.api.errors import ApiError

MAX_BODY_BYTES = 65_536

# Far more than any route needs, and far from where the JSON parser gives up.
MAX_DEPTH = 32

_TOO_LARGE = ApiError(413, "too_large", "The body is over 64 KB. Send less.")
_NOT_JSON = ApiError(
    415, "unsupported_media_type", "Send JSON, with the header Content-Type: application/json."
)
_MALFORMED = ApiError(400, "malformed_json", "The body is not well-formed JSON in UTF-8.")
UNKNOWN_KEY = ApiError(
    422, "invalid_request", "The body has a key that is not known here. Remove it."
)


def unfit(field: str, rule: str) -> ApiError:
    """`field` is empty for the body itself; `rule` ends without a full stop."""
    message = f"{field or 'The body'}: {rule}."
    return ApiError(422, "invalid_request", message, param=field or None)


async def read_json(request: Request) -> Any:
    """Raises ApiError: 413, 415, 400 for what is not JSON."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" or "content-encoding" in request.headers:
        raise _NOT_JSON
    return parse_json(await _read(request))


async def has_body(request: Request) -> bool:
    """Raises ApiError 413."""
    return "content-type" in request.headers or bool(await _read(request))


async def _read(request: Request) -> bytes:
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                raise _TOO_LARGE
    except ClientDisconnect:
        raise _MALFORMED from None
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """Stricter than `json.loads`: no duplicate keys, no NaN, no numbers or text out of range."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
        # Escapes may hold half a surrogate pair, which neither UTF-8 nor the table can.
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise _MALFORMED from None
    if _depth(value) > MAX_DEPTH:
        raise _MALFORMED
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _depth(value: Any) -> int:
    """Nesting depth, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return depth
