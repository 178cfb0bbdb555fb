"""Health, sessions and the user's own account."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from chat.api.access import MAX_TOKEN_CHARACTERS, NOT_SIGNED_IN, user_of
from chat.api.bodies import Body, read_body, read_optional_body
from chat.api.dependencies import AppContext, Network, User
from chat.api.errors import ApiError
from chat.conversation.claim import Claim
from chat.identity.sessions import NotSignedIn, token_header

router = APIRouter()

ANONYMOUS_CANNOT_CLAIM = ApiError(
    403, "not_signed_in", "Only a signed-in user can take over conversations. Sign in first."
)


class SessionBody(Body):
    """A session takes no parameters: `{}`, or no body at all."""


class ClaimBody(Body):
    """`token`: the anonymous session whose conversations are to become the user's."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TOKEN_CHARACTERS)]


@router.get("/healthz")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@router.post("/api/sessions")
async def start_session(request: Request, context: AppContext, network: Network) -> dict[str, Any]:
    """A new anonymous user; with a session's token, a later session of the same one."""
    await read_optional_body(request, SessionBody)
    user_id = await user_of(request) if "authorization" in request.headers else ""
    if user_id and not user_id.startswith("anon-"):
        raise NOT_SIGNED_IN
    await context.admissions.count_session(network)
    identity = await context.identity()
    return asdict(identity.sessions.start(user_id))


@router.post("/api/sessions/claim")
async def claim_session(request: Request, context: AppContext, user: User) -> dict[str, int]:
    body = await read_body(request, ClaimBody)
    if user.startswith("anon-"):
        raise ANONYMOUS_CANNOT_CLAIM
    identity = await context.identity()
    try:
        anonymous = identity.sessions.user_id(body.token, token_header(body.token))
    except NotSignedIn:
        raise NOT_SIGNED_IN from None
    return {"claimed": await Claim(context.table, anonymous, user).everything()}


@router.get("/api/me")
async def read_me(context: AppContext, user: User) -> dict[str, Any]:
    settings = context.settings
    return {
        "user_id": user,
        "signed_in": not user.startswith("anon-"),
        "budget": (await context.admissions.standing(user)).to_json(),
        "limits": {
            "requests_per_minute": settings.requests_per_minute or None,
            "concurrent_streams": settings.concurrent_streams or None,
            "max_tokens": settings.max_tokens,
        },
    }
