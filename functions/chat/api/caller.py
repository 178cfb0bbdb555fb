"""Who asks for a reply, and how it is to be made."""

from dataclasses import dataclass

from starlette.requests import Request

from chat.api.access import context_of, ends_at, request_id_of, visitor_of
from chat.api.offer import known_model
from chat.api.turn_bodies import ReplyBody
from chat.limits.visitor import Visitor
from chat.turn.options import Options
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Asker:
    settings: Settings
    visitor: Visitor
    ends_at: float
    request_id: str

    def options(self, body: ReplyBody | None = None) -> Options:
        """Raises ApiError 422 for a model that is not on offer."""
        body = body or ReplyBody()
        return Options(
            visitor=self.visitor,
            ends_at=self.ends_at,
            request_id=self.request_id,
            model=known_model(self.settings, body.model),
            max_tokens=body.max_tokens,
            temperature=body.temperature,
        )


async def asker_of(request: Request) -> Asker:
    """Raises ApiError 401."""
    visitor = await visitor_of(request)
    settings = context_of(request).settings
    return Asker(settings, visitor, ends_at(request), request_id_of(request))
