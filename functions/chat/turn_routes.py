"""Turns: a message in, a stream of events out."""

import re
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from chat.access import AppContext, ConversationId, Remaining, User
from chat.bodies import Body, read_body, read_optional_body
from chat.conversations import ULID_PATTERN
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
from chat.turns import Events, MessageReused, NoSuchReply, NotContinuable, Options, Parent

router = APIRouter(prefix="/api/conversations/{conversation_id}/turns")

REUSED = ApiError(
    409, "message_id_reused", "This message id was used for another text. Send it with a new id."
)
NO_REPLY = ApiError(404, "not_found", "There is no such conversation or reply.")
NOT_CONTINUABLE = ApiError(
    409, "not_continuable", "This reply is whole or still being written, so it cannot be continued."
)
BAD_EVENT_ID = ApiError(
    422, "invalid_request", "Last-Event-ID is the id of an event of this reply: a number."
)


class ReplyOptions(Body):
    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


class MessageBody(Body):
    id: MessageId
    content: Text


class TurnBody(ReplyOptions):
    message: MessageBody
    parent_id: ReplyId | None = None


async def reply_id_of(reply_id: str) -> str:
    if not ULID_PATTERN.fullmatch(reply_id):
        raise NO_REPLY
    return reply_id


Reply = Annotated[str, Depends(reply_id_of)]


@router.post("")
async def send(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    remaining: Remaining,
) -> StreamingResponse:
    body = await read_body(request, TurnBody)
    options = _options(context, body, remaining)
    parent = Parent(body.parent_id) if "parent_id" in body.model_fields_set else None
    turns = await context.turns()
    message = body.message
    return await _stream(
        turns.send(user, conversation_id, message.id, message.content, options, parent)
    )


@router.post("/{reply_id}/regenerate")
async def regenerate(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    reply_id: Reply,
    remaining: Remaining,
) -> StreamingResponse:
    body = await read_optional_body(request, ReplyOptions) or ReplyOptions()
    options = _options(context, body, remaining)
    turns = await context.turns()
    return await _stream(turns.regenerate(user, conversation_id, reply_id, options))


@router.post("/{reply_id}/continue")
async def resume(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    reply_id: Reply,
    remaining: Remaining,
) -> StreamingResponse:
    body = await read_optional_body(request, ReplyOptions) or ReplyOptions()
    options = _options(context, body, remaining)
    turns = await context.turns()
    return await _stream(turns.resume(user, conversation_id, reply_id, options))


@router.get("/{reply_id}/events")
async def follow(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    reply_id: Reply,
    after: str = "",
) -> StreamingResponse:
    place = request.headers.get("last-event-id") or after or "0"
    if not re.fullmatch("[0-9]{1,9}", place):
        raise BAD_EVENT_ID
    turns = await context.turns()
    return await _stream(turns.follow(user, conversation_id, reply_id, int(place)))


@router.post("/{reply_id}/stop")
async def stop(
    context: AppContext, user: User, conversation_id: ConversationId, reply_id: Reply
) -> Response:
    turns = await context.turns()
    try:
        await turns.stop(user, conversation_id, reply_id)
    except NoSuchReply:
        raise NO_REPLY from None
    return Response(status_code=202)


def _options(context: AppContext, body: ReplyOptions, remaining: float) -> Options:
    return Options(
        clocks=context.clocks(remaining),
        model=known_model(context.settings, body.model),
        max_tokens=body.max_tokens,
        temperature=body.temperature,
    )


async def _stream(beginning: Awaitable[Events]) -> StreamingResponse:
    try:
        events = await beginning
    except NoSuchReply:
        raise NO_REPLY from None
    except MessageReused:
        raise REUSED from None
    except NotContinuable:
        raise NOT_CONTINUABLE from None
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)
