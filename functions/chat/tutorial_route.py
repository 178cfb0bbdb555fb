"""POST /api/chat, as in Livepeer's tutorial: messages in, chunks out, nothing is kept."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from ulid import ULID

from chat.access import AppContext, Remaining, User
from chat.bodies import Body, read_body
from chat.events import ChunkWriter, named_event
from chat.fields import SSE_HEADERS, MaxTokens, ModelId, Temperature, Text, known_model
from chat.prompt import fit
from chat.stateless import StatelessReply
from shared.gateway_errors import GatewayError, ReplyInterrupted
from shared.reply import Finish

router = APIRouter()


class ChatMessage(Body):
    role: Literal["user", "assistant"]
    content: Text


class ChatBody(Body):
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


class TutorialWire:
    """Our chunks and one `done`; the tutorial's reader takes the first and ignores the other."""

    def __init__(self, model_id: str) -> None:
        self._model_id = model_id
        self._chunks = ChunkWriter(str(ULID()), model_id, int(time.time()))

    def delta(self, text: str) -> bytes:
        return self._chunks.delta(text)

    def finish(self, finish: Finish) -> bytes:
        outcome = "length" if finish.reason == "length" else "complete"
        return self._chunks.finish(finish.reason) + self._done(outcome)

    def failure(self, error: GatewayError) -> bytes:
        outcome = error.outcome if isinstance(error, ReplyInterrupted) else "error"
        return self._done(outcome, {"code": "gateway_failed", "message": str(error)})

    def _done(self, outcome: str, error: dict[str, str] | None = None) -> bytes:
        failure = {"error": error} if error else {}
        return named_event("done", {"outcome": outcome, "model": self._model_id, **failure})


@router.post("/api/chat")
async def chat(
    request: Request, context: AppContext, user: User, remaining: Remaining
) -> StreamingResponse:
    body = await read_body(request, ChatBody)
    settings = context.settings
    model = known_model(settings, body.model) or settings.default
    completion = fit(
        model,
        settings.system_prompt,
        [{"role": message.role, "content": message.content} for message in body.messages],
        max_tokens=min(body.max_tokens or settings.max_tokens, settings.max_tokens),
        temperature=body.temperature,
    )
    gateway = await context.gateway()
    stream = gateway.stream(completion, context.clocks(remaining))
    reply = StatelessReply(stream, TutorialWire(model.id))
    await reply.begin(settings.heartbeat_s)
    events = reply.read(settings.heartbeat_s)
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)
