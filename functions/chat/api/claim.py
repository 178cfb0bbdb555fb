"""Moves the conversations of an anonymous session to the user who signs in."""

from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import Meta

from chat.api.access import MAX_TOKEN_CHARACTERS, NOT_SIGNED_IN
from chat.api.account import is_anonymous
from chat.api.body import Body, read_body
from chat.api.dependencies import AppContext, User
from chat.api.errors import ApiError
from chat.conversation.claim import Claim
from chat.identity.sessions import NotSignedIn, token_header

router = APIRouter()

ANONYMOUS_CANNOT_CLAIM = ApiError(
    403, "not_signed_in", "Only a signed-in user can take over conversations. Sign in first."
)


class ClaimBody(Body):
    """`token`: the anonymous session whose conversations the user takes over."""

    token: Annotated[str, Meta(min_length=1, max_length=MAX_TOKEN_CHARACTERS)]


@router.post("/api/sessions/claim")
async def claim_session(request: Request, context: AppContext, user: User) -> dict[str, int]:
    body = await read_body(request, ClaimBody)
    if is_anonymous(user):
        raise ANONYMOUS_CANNOT_CLAIM
    identity = await context.identity()
    try:
        anonymous = identity.sessions.user_id(body.token, token_header(body.token))
    except NotSignedIn:
        raise NOT_SIGNED_IN from None
    return {"claimed": await Claim(context.table, anonymous, user).everything()}
