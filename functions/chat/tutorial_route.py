"""POST /api/chat, as in Livepeer's tutorial: messages in, chunks out, nothing is kept."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from chat.access import AppContext, Remaining, User
from chat.bodies import Body, read_body
from chat.fields import SSE_HEADERS, MaxTokens, ModelId, Temperature, Text, known_model
from chat.prompt import fit
from chat.stateless import StatelessReply

router = APIRouter()


class ChatMessage(Body):
    role: Literal["user", "assistant"]
    content: Text


class ChatBody(Body):
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


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
    reply = StatelessReply(gateway.stream(completion, context.clocks(remaining)), model.id)
    await reply.begin(settings.heartbeat_s)
    events = reply.read(settings.heartbeat_s)
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)
