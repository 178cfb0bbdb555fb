"""POST /api/chat, the contract of Livepeer's tutorial: messages in, chunks out, no rows."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from msgspec import Meta
from ulid import ULID

from chat.api.body import Body, MaxTokens, ModelId, Temperature, Text, read_body
from chat.api.dependencies import AppContext, FromCaller
from chat.api.models import known_model
from chat.turn.events import ChunkWriter, named_event, sse_response
from chat.turn.outcome import failed, outcome_of
from chat.turn.prompt import fit
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Finish

router = APIRouter()


class ChatMessage(Body):
    role: Literal["user", "assistant"]
    content: Text


class ChatBody(Body):
    messages: Annotated[list[ChatMessage], Meta(min_length=1)]
    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


class TutorialWire:
    """Our chunks, then `done`. The tutorial's reader understands chunks and ignores `done`."""

    def __init__(self, model_id: str) -> None:
        self._id, self._created = str(ULID()), int(time.time())
        self.answered_by(model_id)

    def answered_by(self, model_id: str) -> None:
        self._model_id = model_id
        self._chunks = ChunkWriter(self._id, model_id, self._created)

    def delta(self, text: str) -> bytes:
        return self._chunks.delta(text)

    def finish(self, finish: Finish) -> bytes:
        return self._chunks.finish(finish.reason) + self._done(outcome_of(finish))

    def failure(self, error: GatewayError) -> bytes:
        ending = failed(error)
        return self._done(ending.outcome, ending.error)

    def _done(self, outcome: str, error: dict[str, str] | None = None) -> bytes:
        failure = {"error": error} if error else {}
        return named_event("done", {"outcome": outcome, "model": self._model_id, **failure})


@router.post("/api/chat")
async def chat(request: Request, context: AppContext, caller: FromCaller) -> StreamingResponse:
    body = await read_body(request, ChatBody)
    settings = context.settings
    model = known_model(settings, body.model) or settings.default
    completion = fit(
        model,
        settings.system_prompt,
        [{"role": message.role, "content": message.content} for message in body.messages],
        max_tokens=min(body.max_tokens or settings.max_tokens, settings.max_tokens),
        temperature=body.temperature,
        request_id=caller.request_id,
    )
    wire = TutorialWire(model.id)
    events = await context.stateless.stream(completion, caller.reply_request(), wire)
    return sse_response(events, caller.request_id)
