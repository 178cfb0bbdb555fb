"""Health, sessions and the user's own account."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.api.access import NOT_SIGNED_IN, context_of, network_of, user_of
from chat.api.body import Body, read_optional_body
from chat.api.routing import route
from chat.context import Context


class SessionBody(Body):
    """A session takes no parameters: send `{}`, or no body at all."""


async def health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def start_session(request: Request) -> Response:
    """Starts a new anonymous user's session, or with a token renews the session of its user."""
    await read_optional_body(request, SessionBody)
    context = context_of(request)
    user_id = await user_of(request) if "authorization" in request.headers else ""
    if user_id and not is_anonymous(user_id):
        raise NOT_SIGNED_IN
    await context.admissions.count_session(await network_of(request))
    identity = await context.identity()
    return JSONResponse(asdict(identity.sessions.start(user_id)))


async def read_me(request: Request) -> Response:
    user_id = await user_of(request)
    return JSONResponse(await me_json(context_of(request), user_id))


async def me_json(context: Context, user_id: str) -> dict[str, Any]:
    settings = context.settings
    return {
        "user_id": user_id,
        "signed_in": not is_anonymous(user_id),
        "budget": (await context.admissions.budget_usage(user_id)).to_json(),
        "limits": {
            "requests_per_minute": settings.requests_per_minute or None,
            "concurrent_streams": settings.concurrent_streams or None,
            "max_tokens": settings.max_tokens,
        },
    }


def is_anonymous(user_id: str) -> bool:
    return user_id.startswith("anon-")


routes = [
    route("GET", "/healthz", health),
    route("POST", "/api/sessions", start_session),
    route("GET", "/api/me", read_me),
]
