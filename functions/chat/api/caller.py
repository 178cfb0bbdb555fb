"""The caller of a route that requests a reply."""

from dataclasses import dataclass

from starlette.requests import Request

from chat.api.access import context_of, ends_at, request_id_of, visitor_of
from chat.api.body import Body, MaxTokens, ModelId, Temperature
from chat.api.models import known_model
from chat.limits.visitor import Visitor
from chat.turn.reply_request import ReplyRequest
from shared.settings import Settings


class ReplyBody(Body):
    """None means the conversation's or the deployment's default."""

    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    settings: Settings
    visitor: Visitor
    ends_at: float
    request_id: str

    def reply_request(self, body: ReplyBody | None = None) -> ReplyRequest:
        """Raises ApiError 422 for a model that is not on offer."""
        body = body or ReplyBody()
        return ReplyRequest(
            visitor=self.visitor,
            ends_at=self.ends_at,
            request_id=self.request_id,
            model=known_model(self.settings, body.model),
            max_tokens=body.max_tokens,
            temperature=body.temperature,
        )


async def caller_of(request: Request) -> Caller:
    """Raises ApiError 401."""
    visitor = await visitor_of(request)
    settings = context_of(request).settings
    return Caller(settings, visitor, ends_at(request), request_id_of(request))
