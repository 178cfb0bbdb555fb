"""Request bodies as pydantic checks them; its own errors would echo the input."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from chat.api.errors import ApiError
from chat.api.json_body import UNKNOWN_KEY, has_body, read_json, unfit


class Body(BaseModel):
    """Base of the bodies: no unknown keys, no conversions between types."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


BodyT = TypeVar("BodyT", bound=Body)


async def read_body(request: Request, kind: type[BodyT]) -> BodyT:
    """Raises ApiError as `read_json`, and 422 for what does not fit `kind`."""
    value = await read_json(request)
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise _unfit(error) from None


async def read_optional_body(request: Request, kind: type[BodyT]) -> BodyT | None:
    """None when there is no body at all. Raises ApiError as `read_body`."""
    return await read_body(request, kind) if await has_body(request) else None


def _unfit(error: ValidationError) -> ApiError:
    """Names the field, unless the client invented its name."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "extra_forbidden":
        return UNKNOWN_KEY
    return unfit(".".join(str(part) for part in first["loc"]), first["msg"])
