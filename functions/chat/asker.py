"""Who asks for a reply, and how it is to be made."""

from typing import Annotated

from fastapi import Depends

from chat.access import AppContext, EndsAt, FromVisitor, RequestId
from chat.bodies import Body
from chat.fields import MaxTokens, ModelId, Temperature, known_model
from chat.options import Options


class ReplyBody(Body):
    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


class Asker:
    def __init__(
        self,
        context: AppContext,
        visitor: FromVisitor,
        ends_at: EndsAt,
        request_id: RequestId,
    ) -> None:
        self._context = context
        self._visitor = visitor
        self._ends_at = ends_at
        self.request_id = request_id

    def options(self, body: ReplyBody | None = None) -> Options:
        """Raises ApiError 422 for a model that is not on offer."""
        body = body or ReplyBody()
        return Options(
            visitor=self._visitor,
            ends_at=self._ends_at,
            request_id=self.request_id,
            model=known_model(self._context.settings, body.model),
            max_tokens=body.max_tokens,
            temperature=body.temperature,
        )


FromAsker = Annotated[Asker, Depends()]
