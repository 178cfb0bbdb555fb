"""What the routes read from a request: the context, the user, the network, ids and deadlines."""

import re
import time
from uuid import uuid4

from starlette.requests import Request

from chat.api.errors import ApiError
from chat.context import Context
from chat.conversation.conversation import ULID_PATTERN
from chat.identity.sessions import NotSignedIn
from chat.limits.visitor import Visitor, hash_network
from shared.log import logger

NOT_SIGNED_IN = ApiError(
    401,
    "not_signed_in",
    "There is no valid session. Start one with POST /api/sessions and send its token as"
    " Authorization: Bearer.",
    {"www-authenticate": "Bearer"},
)
NO_CONVERSATION = ApiError(404, "not_found", "There is no such conversation.")

# Longer than our own tokens and those of any common identity provider.
MAX_TOKEN_CHARACTERS = 8192

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def context_of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def token_of(request: Request) -> str:
    """The bearer token, not yet verified. Raises ApiError 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_CHARACTERS:
        raise NOT_SIGNED_IN
    return token


async def user_of(request: Request) -> str:
    """The id of the user. Raises ApiError 401."""
    token = token_of(request)
    identity = await context_of(request).identity()
    try:
        return await identity.user_id(token)
    except NotSignedIn:
        raise NOT_SIGNED_IN from None


async def network_of(request: Request) -> str:
    """The keyed hash of the network that the request comes from.

    Reads only what the platform says: a client can write anything into X-Forwarded-For.
    """
    identity = await context_of(request).identity()
    event = request.scope.get("aws.event")
    if event is not None:
        address = event["requestContext"]["http"]["sourceIp"]
    else:
        address = request.client.host if request.client else ""
    return hash_network(address, identity.sessions.key)


async def visitor_of(request: Request) -> Visitor:
    """Raises ApiError 401."""
    return Visitor(await user_of(request), await network_of(request))


def conversation_id_of(request: Request) -> str:
    """Raises ApiError 404 for a malformed id, as for one that does not exist."""
    conversation_id: str = request.path_params["conversation_id"]
    if not ULID_PATTERN.fullmatch(conversation_id):
        raise NO_CONVERSATION
    return conversation_id


def ends_at(request: Request) -> float:
    """When the platform ends the invocation (`time.monotonic`), infinite under a plain server."""
    lambda_context = request.scope.get("aws.context")
    if lambda_context is None:
        return float("inf")
    return time.monotonic() + float(lambda_context.get_remaining_time_in_millis()) / 1000


def request_id_of(request: Request) -> str:
    """The caller's X-Request-Id if valid, else Lambda's, else a new one. Adds it to the log."""
    request_id = _request_id(request)
    logger.thread_safe_append_keys(request_id=request_id)
    return request_id


def _request_id(request: Request) -> str:
    chosen = request.headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(chosen):
        return chosen
    lambda_context = request.scope.get("aws.context")
    return str(lambda_context.aws_request_id if lambda_context else uuid4())
