"""Turns: a message in, a stream of events out.

These are what a person waits for, also when the function starts for them: so they need no more
than Starlette, which is there long before FastAPI is.
"""

import re
from collections.abc import Awaitable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from chat.api.access import context_of, conversation_id_of, request_id_of, user_of
from chat.api.caller import Asker, asker_of
from chat.api.errors import METHOD, ApiError
from chat.api.json_body import has_body, read_json
from chat.api.turn_bodies import ReplyBody, TurnBody
from chat.conversation.conversation import ULID_PATTERN
from chat.turn.events import sse_response
from chat.turn.options import Options
from chat.turn.replies import Events, NoSuchReply
from chat.turn.turns import MessageReused, NotContinuable

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


async def send(request: Request) -> StreamingResponse:
    asker = await asker_of(request)
    conversation_id = await _conversation_id(request)
    body = TurnBody.of(await read_json(request))
    events = context_of(request).turns.send(
        conversation_id,
        body.message_id,
        body.content,
        asker.options(body.reply),
        body.parent,
        body.system_prompt,
    )
    return await _stream(events, asker.request_id)


async def regenerate(request: Request) -> StreamingResponse:
    asker = await asker_of(request)
    conversation_id, reply_id = await _reply_ids(request)
    options = await _options(request, asker)
    events = context_of(request).turns.regenerate(conversation_id, reply_id, options)
    return await _stream(events, asker.request_id)


async def resume(request: Request) -> StreamingResponse:
    asker = await asker_of(request)
    conversation_id, reply_id = await _reply_ids(request)
    options = await _options(request, asker)
    events = context_of(request).turns.resume(conversation_id, reply_id, options)
    return await _stream(events, asker.request_id)


async def follow(request: Request) -> StreamingResponse:
    if request.method == "HEAD":
        # Starlette's routes take it with GET; its answer would last as long as the reply.
        raise METHOD
    user = await user_of(request)
    conversation_id, reply_id = await _reply_ids(request)
    place = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not re.fullmatch("[0-9]{1,9}", place):
        raise BAD_EVENT_ID
    events = context_of(request).replies.follow(user, conversation_id, reply_id, int(place))
    return await _stream(events, request_id_of(request))


async def stop(request: Request) -> Response:
    user = await user_of(request)
    conversation_id, reply_id = await _reply_ids(request)
    try:
        await context_of(request).replies.stop(user, conversation_id, reply_id)
    except NoSuchReply:
        raise NO_REPLY from None
    return Response(status_code=202)


_TURNS = "/api/conversations/{conversation_id}/turns"

routes = [
    Route(_TURNS, send, methods=["POST"]),
    Route(f"{_TURNS}/{{reply_id}}/regenerate", regenerate, methods=["POST"]),
    Route(f"{_TURNS}/{{reply_id}}/continue", resume, methods=["POST"]),
    Route(f"{_TURNS}/{{reply_id}}/events", follow, methods=["GET"]),
    Route(f"{_TURNS}/{{reply_id}}/stop", stop, methods=["POST"]),
]


async def _options(request: Request, asker: Asker) -> Options:
    """From a body that may as well be missing."""
    body = ReplyBody.of(await read_json(request)) if await has_body(request) else None
    return asker.options(body)


async def _conversation_id(request: Request) -> str:
    return await conversation_id_of(request.path_params["conversation_id"])


async def _reply_ids(request: Request) -> tuple[str, str]:
    reply_id: str = request.path_params["reply_id"]
    conversation_id = await _conversation_id(request)
    if not ULID_PATTERN.fullmatch(reply_id):
        raise NO_REPLY
    return conversation_id, reply_id


async def _stream(beginning: Awaitable[Events], request_id: str) -> StreamingResponse:
    try:
        return sse_response(await beginning, request_id)
    except NoSuchReply:
        raise NO_REPLY from None
    except MessageReused:
        raise REUSED from None
    except NotContinuable:
        raise NOT_CONTINUABLE from None
