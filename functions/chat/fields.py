"""Fields that several request bodies share."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, Field, StringConstraints

from chat.conversations import ULID_PATTERN
from chat.errors import ApiError
from shared.models import Model
from shared.settings import Settings


def _canonical(text: str) -> str:
    """The usual form of a UUID: its other spellings would pass for another message."""
    return str(UUID(text))


def without_nul(text: str) -> str:
    """NUL is no text, and some gateways end the prompt there."""
    if "\0" in text:
        raise ValueError("the text holds a NUL character")
    return text


MessageId = Annotated[str, StringConstraints(max_length=45), AfterValidator(_canonical)]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(without_nul)]
SystemPrompt = Annotated[str, StringConstraints(max_length=8000), AfterValidator(without_nul)]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(without_nul),
]
ModelId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MaxTokens = Annotated[int, Field(ge=1, le=1_000_000)]
Temperature = Annotated[float, Field(ge=0, le=2)]
TopP = Annotated[float, Field(ge=0, le=1)]
ReplyId = Annotated[str, StringConstraints(pattern=f"^{ULID_PATTERN.pattern}$")]

# No cache and no proxy may hold an event stream back or change it.
_SSE_HEADERS = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}


def sse_response(events: AsyncIterator[bytes], request_id: str) -> StreamingResponse:
    headers = {**_SSE_HEADERS, "x-request-id": request_id}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def known_model(settings: Settings, model_id: str | None) -> Model | None:
    """The model asked for, None if none was. Raises ApiError 422 when it is not on offer."""
    model = settings.model(model_id) if model_id else None
    if model_id and model is None:
        raise ApiError(
            422,
            "unknown_model",
            "This model is not on offer. GET /api/models lists those that are.",
            param="model",
        )
    return model
