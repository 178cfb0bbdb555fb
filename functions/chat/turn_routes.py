"""Turns: a message in, a stream of events out."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from chat.access import AppContext, ConversationId, Remaining, User
from chat.bodies import Body, read_body
from chat.errors import ApiError
from chat.fields import (
    SSE_HEADERS,
    MaxTokens,
    MessageId,
    ModelId,
    ReplyId,
    Temperature,
    Text,
    known_model,
)
from chat.turns import TurnRequest
from shared.table import ConditionFailed

router = APIRouter(prefix="/api/conversations/{conversation_id}/turns")

ALREADY_SENT = ApiError(
    409, "already_sent", "A message with this id was sent before. Load the conversation again."
)


class MessageBody(Body):
    id: MessageId
    content: Text


class TurnBody(Body):
    message: MessageBody
    model: ModelId | None = None
    parent_id: ReplyId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


@router.post("")
async def send(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    remaining: Remaining,
) -> StreamingResponse:
    body = await read_body(request, TurnBody)
    turn = TurnRequest(
        user_id=user,
        conversation_id=conversation_id,
        message_id=body.message.id,
        text=body.message.content,
        model=known_model(context.settings, body.model),
        parent_id=body.parent_id,
        max_tokens=body.max_tokens,
        temperature=body.temperature,
        clocks=context.clocks(remaining),
    )
    turns = await context.turns()
    try:
        events = await turns.begin(turn)
    except ConditionFailed:
        raise ALREADY_SENT from None
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)
