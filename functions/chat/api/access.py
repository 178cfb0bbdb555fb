"""What the routes ask of a request before they do anything."""

import re
import time
from uuid import uuid4

from starlette.requests import Request

from chat.api.errors import ApiError
from chat.context import Context
from chat.conversation.conversation import ULID_PATTERN
from chat.identity.sessions import NotSignedIn
from chat.limits.visitor import Visitor
from shared.log import logger

NOT_SIGNED_IN = ApiError(
    401,
    "not_signed_in",
    "There is no valid session. Start one with POST /api/sessions and send its token as"
    " Authorization: Bearer.",
    {"www-authenticate": "Bearer"},
)
NO_CONVERSATION = ApiError(404, "not_found", "There is no such conversation.")

# No token of ours, or of an identity provider in sane hands, is longer.
MAX_TOKEN_CHARACTERS = 8192

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def context_of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


async def user_of(request: Request) -> str:
    """The id of the user who asks. Raises ApiError 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_CHARACTERS:
        raise NOT_SIGNED_IN
    identity = await context_of(request).identity()
    try:
        return await identity.user_id(token)
    except NotSignedIn:
        raise NOT_SIGNED_IN from None


async def network_of(request: Request) -> str:
    """The keyed hash of where the request comes from.

    Only the platform's word counts: a client writes X-Forwarded-For as it likes.
    """
    identity = await context_of(request).identity()
    event = request.scope.get("aws.event")
    if event is not None:
        return identity.network(event["requestContext"]["http"]["sourceIp"])
    return identity.network(request.client.host if request.client else "")


async def visitor_of(request: Request) -> Visitor:
    """Raises ApiError 401."""
    return Visitor(await user_of(request), await network_of(request))


async def conversation_id_of(conversation_id: str) -> str:
    """An id that no conversation can have is answered like one that none has."""
    if not ULID_PATTERN.fullmatch(conversation_id):
        raise NO_CONVERSATION
    return conversation_id


def ends_at(request: Request) -> float:
    """When the function is ended from outside (`time.monotonic`); never under a plain server."""
    lambda_context = request.scope.get("aws.context")
    if lambda_context is None:
        return float("inf")
    return time.monotonic() + float(lambda_context.get_remaining_time_in_millis()) / 1000


def request_id_of(request: Request) -> str:
    """The caller's X-Request-Id, if it is one, else Lambda's, else a new one. Logged from now."""
    request_id = _request_id(request)
    logger.thread_safe_append_keys(request_id=request_id)
    return request_id


def _request_id(request: Request) -> str:
    named = request.headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(named):
        return named
    lambda_context = request.scope.get("aws.context")
    return str(lambda_context.aws_request_id if lambda_context else uuid4())
