"""Turns: a message in, a stream of events out."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from chat.api.access import context_of, conversation_id_of, request_id_of, user_of
from chat.api.body import (
    Body,
    BrokenRule,
    ReplyId,
    SystemPrompt,
    Text,
    read_body,
    read_optional_body,
)
from chat.api.caller import ReplyBody, caller_of
from chat.api.errors import ApiError
from chat.api.routing import route
from chat.conversation.conversation import ULID_PATTERN
from chat.turn.events import sse_response
from chat.turn.follow import Events, NoSuchReply
from chat.turn.reply_request import ReplyRequest
from chat.turn.turns import MessageReused, NotContinuable, Parent

REUSED = ApiError(
    409,
    "message_id_reused",
    "This message id was used for a different text. Send this text with a new id.",
)
NO_REPLY = ApiError(404, "not_found", "There is no such conversation or reply.")
NOT_CONTINUABLE = ApiError(
    409, "not_continuable", "This reply is whole or still being written, so it cannot be continued."
)
BAD_EVENT_ID = ApiError(
    422, "invalid_request", "Last-Event-ID must be the id of an event of this reply, a number."
)


class MessageBody(Body):
    # The longest spelling of a UUID: "urn:uuid:" before it.
    id: Annotated[str, Meta(max_length=45)]
    content: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            UUID(self.id)
        except ValueError:
            raise BrokenRule("id", "must be a UUID") from None

    @property
    def canonical_id(self) -> str:
        """The canonical spelling: another spelling would count as another message."""
        return str(UUID(self.id))


class TurnBody(ReplyBody, kw_only=True):
    """`parent_id` null starts the conversation over; without it the message follows the head.

    `system_prompt` counts only in the message that creates the conversation.
    """

    message: MessageBody
    parent_id: ReplyId | UnsetType | None = UNSET
    system_prompt: SystemPrompt | None = None

    @property
    def parent(self) -> Parent | None:
        return None if self.parent_id is UNSET else Parent(self.parent_id)


async def send(request: Request) -> StreamingResponse:
    caller = await caller_of(request)
    conversation_id = conversation_id_of(request)
    body = await read_body(request, TurnBody)
    events = context_of(request).turns.send(
        conversation_id,
        body.message.canonical_id,
        body.message.content,
        caller.reply_request(body),
        body.parent,
        body.system_prompt,
    )
    return await _stream(events, caller.request_id)


async def regenerate(request: Request) -> StreamingResponse:
    return await _write(request, context_of(request).turns.regenerate)


async def resume(request: Request) -> StreamingResponse:
    return await _write(request, context_of(request).turns.resume)


async def follow(request: Request) -> StreamingResponse:
    user = await user_of(request)
    conversation_id, reply_id = _reply_ids(request)
    after = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not re.fullmatch("[0-9]{1,9}", after):
        raise BAD_EVENT_ID
    events = context_of(request).replies.follow(user, conversation_id, reply_id, int(after))
    return await _stream(events, request_id_of(request))


async def stop(request: Request) -> Response:
    user = await user_of(request)
    conversation_id, reply_id = _reply_ids(request)
    try:
        await context_of(request).replies.stop(user, conversation_id, reply_id)
    except NoSuchReply:
        raise NO_REPLY from None
    return Response(status_code=202)


_TURNS = "/api/conversations/{conversation_id}/turns"
_REPLY = f"{_TURNS}/{{reply_id}}"

routes = [
    route("POST", _TURNS, send),
    route("POST", f"{_REPLY}/regenerate", regenerate),
    route("POST", f"{_REPLY}/continue", resume),
    route("GET", f"{_REPLY}/events", follow),
    route("POST", f"{_REPLY}/stop", stop),
]


async def _write(
    request: Request, start: Callable[[str, str, ReplyRequest], Awaitable[Events]]
) -> StreamingResponse:
    """Calls a method of Turns that writes to an existing reply."""
    caller = await caller_of(request)
    conversation_id, reply_id = _reply_ids(request)
    body = await read_optional_body(request, ReplyBody)
    return await _stream(
        start(conversation_id, reply_id, caller.reply_request(body)), caller.request_id
    )


def _reply_ids(request: Request) -> tuple[str, str]:
    reply_id: str = request.path_params["reply_id"]
    conversation_id = conversation_id_of(request)
    if not ULID_PATTERN.fullmatch(reply_id):
        raise NO_REPLY
    return conversation_id, reply_id


async def _stream(starting: Awaitable[Events], request_id: str) -> StreamingResponse:
    try:
        return sse_response(await starting, request_id)
    except NoSuchReply:
        raise NO_REPLY from None
    except MessageReused:
        raise REUSED from None
    except NotContinuable:
        raise NOT_CONTINUABLE from None
