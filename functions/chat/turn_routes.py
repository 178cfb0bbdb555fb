"""Turns: a message in, a stream of events out."""

import re
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from chat.access import AppContext, ConversationId, RequestId, User
from chat.asker import FromAsker, ReplyBody
from chat.bodies import Body, read_body, read_optional_body
from chat.conversations import ULID_PATTERN
from chat.errors import ApiError
from chat.fields import MessageId, ReplyId, SystemPrompt, Text, sse_response
from chat.replies import Events, NoSuchReply
from chat.turns import MessageReused, NotContinuable, Parent

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


class MessageBody(Body):
    id: MessageId
    content: Text


class TurnBody(ReplyBody):
    """`system_prompt` is kept by a conversation that begins with this message, and by no other."""

    message: MessageBody
    parent_id: ReplyId | None = None
    system_prompt: SystemPrompt | None = None


async def reply_id_of(reply_id: str) -> str:
    if not ULID_PATTERN.fullmatch(reply_id):
        raise NO_REPLY
    return reply_id


Reply = Annotated[str, Depends(reply_id_of)]


@router.post("")
async def send(
    request: Request, context: AppContext, asker: FromAsker, conversation_id: ConversationId
) -> StreamingResponse:
    body = await read_body(request, TurnBody)
    options, message = asker.options(body), body.message
    parent = Parent(body.parent_id) if "parent_id" in body.model_fields_set else None
    events = context.turns.send(
        conversation_id, message.id, message.content, options, parent, body.system_prompt
    )
    return await _stream(events, asker.request_id)


@router.post("/{reply_id}/regenerate")
async def regenerate(
    request: Request,
    context: AppContext,
    asker: FromAsker,
    conversation_id: ConversationId,
    reply_id: Reply,
) -> StreamingResponse:
    options = asker.options(await read_optional_body(request, ReplyBody))
    events = context.turns.regenerate(conversation_id, reply_id, options)
    return await _stream(events, asker.request_id)


@router.post("/{reply_id}/continue")
async def resume(
    request: Request,
    context: AppContext,
    asker: FromAsker,
    conversation_id: ConversationId,
    reply_id: Reply,
) -> StreamingResponse:
    options = asker.options(await read_optional_body(request, ReplyBody))
    events = context.turns.resume(conversation_id, reply_id, options)
    return await _stream(events, asker.request_id)


@router.get("/{reply_id}/events")
async def follow(
    request: Request,
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    reply_id: Reply,
    request_id: RequestId,
    after: str = "",
) -> StreamingResponse:
    place = request.headers.get("last-event-id") or after or "0"
    if not re.fullmatch("[0-9]{1,9}", place):
        raise BAD_EVENT_ID
    events = context.replies.follow(user, conversation_id, reply_id, int(place))
    return await _stream(events, request_id)


@router.post("/{reply_id}/stop")
async def stop(
    context: AppContext, user: User, conversation_id: ConversationId, reply_id: Reply
) -> Response:
    try:
        await context.replies.stop(user, conversation_id, reply_id)
    except NoSuchReply:
        raise NO_REPLY from None
    return Response(status_code=202)


async def _stream(beginning: Awaitable[Events], request_id: str) -> StreamingResponse:
    try:
        return sse_response(await beginning, request_id)
    except NoSuchReply:
        raise NO_REPLY from None
    except MessageReused:
        raise REUSED from None
    except NotContinuable:
        raise NOT_CONTINUABLE from None
