"""Parses untrusted request bodies into a checked `Body`, or raises a 4xx that echoes no input.

msgspec checks the bodies of every route, because its import takes a fifth of pydantic's and so
shortens cold starts.
"""

import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import ClientDisconnect, Request

from chat.api.errors import ApiError
from chat.api.strict_json import parse_json
from chat.conversation.conversation import ULID_PATTERN

MAX_BODY_BYTES = 65_536

_TOO_LARGE = ApiError(413, "too_large", "The body is over 64 KB. Send less.")
_NOT_JSON = ApiError(
    415, "unsupported_media_type", "Send JSON, with the header Content-Type: application/json."
)
_MALFORMED = ApiError(400, "malformed_json", "The body is not well-formed JSON in UTF-8.")
_UNKNOWN_KEY = ApiError(422, "invalid_request", "The body has an unknown key. Remove it.")

Text = Annotated[str, Meta(min_length=1)]
ModelId = Annotated[str, Meta(min_length=1, max_length=200)]
MaxTokens = Annotated[int, Meta(ge=1, le=1_000_000)]
Temperature = Annotated[float, Meta(ge=0, le=2)]
SystemPrompt = Annotated[str, Meta(max_length=8000)]
# `$` also matches before a final line end; the length excludes that.
ReplyId = Annotated[str, Meta(pattern=f"^{ULID_PATTERN.pattern}$", max_length=26)]


class BrokenRule(ValueError):
    """A rule that types cannot express. `rule` quotes no input."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field
        self.rule = rule


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """Base of all bodies: no unknown keys, no conversions between types, no NUL in text."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            # Some gateways end the prompt at a NUL.
            if isinstance(value, str) and "\0" in value:
                raise BrokenRule(name, "must not hold a NUL character")


BodyT = TypeVar("BodyT", bound=Body)


async def read_body(request: Request, kind: type[BodyT]) -> BodyT:
    """Raises ApiError: 413, 415, 400 for what is not JSON, 422 for what does not fit `kind`."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" or "content-encoding" in request.headers:
        raise _NOT_JSON
    try:
        value = parse_json(await _read(request))
    except ValueError:
        raise _MALFORMED from None
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None


async def read_optional_body(request: Request, kind: type[BodyT]) -> BodyT | None:
    """None when the request has no body at all. Raises ApiError as `read_body`."""
    if "content-type" in request.headers or await _read(request):
        return await read_body(request, kind)
    return None


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


# "Expected `int`, got `str` - at `$.message.id`". The last place is msgspec's: an earlier one can
# only be in a value that it quotes.
_MESSAGE = re.compile(r"(?P<rule>.*) - at `\$\.?(?P<place>[^`]*)`", re.DOTALL)
_MISSING = re.compile("Object missing required field `(?P<field>[^`]*)`")

# msgspec's messages that do not quote the input.
_SAFE_RULES = ("Expected ", "Number out of range")


def _invalid(error: msgspec.ValidationError) -> ApiError:
    """A 422 that names the field and the rule, and nothing that the client wrote."""
    text = str(error)
    match = _MESSAGE.fullmatch(text)
    rule, place = (match["rule"], match["place"]) if match else (text, "")
    if rule.startswith("Object contains unknown field"):
        return _UNKNOWN_KEY
    broken = error.__cause__
    if isinstance(broken, BrokenRule):
        place, rule = _field(place, broken.field), broken.rule
    elif missing := _MISSING.fullmatch(rule):
        place, rule = _field(place, missing["field"]), "This field is required"
    elif not rule.startswith(_SAFE_RULES):
        rule = "This value is not allowed"
    return ApiError(422, "invalid_request", f"{place or 'The body'}: {rule}.", param=place or None)


def _field(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
