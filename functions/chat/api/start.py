"""Everything the page needs to open, in one response.

On Lambda, five concurrent requests would start five environments.
"""

import asyncio
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.api.access import NOT_SIGNED_IN, context_of, network_of, token_of
from chat.api.account import is_anonymous, me_json
from chat.api.conversations import page_json
from chat.api.models import WARMUPS_PER_MINUTE, models_json
from chat.api.routing import route
from chat.context import Context
from chat.identity.sessions import NotSignedIn, Session, SessionExpired
from chat.limits.refused import LimitReached

# The response may contain a token.
HEADERS = {"cache-control": "no-store"}


async def start(request: Request) -> Response:
    """Replaces a missing or expired session, and renews one past half of its lifetime.

    Warms the model that `?model=` names if it is listed, else the default one.
    """
    context = context_of(request)
    user_id, session = await _session(request, context)
    try:
        # Unlike gather, it cancels the others when one fails: Lambda bills until all have ended.
        async with asyncio.TaskGroup() as group:
            me = group.create_task(me_json(context, user_id))
            models = group.create_task(models_json(context))
            page = group.create_task(page_json(context, user_id))
            model_id = request.query_params.get("model", "")
            warming = group.create_task(_warm(context, user_id, model_id))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    body = {"me": me.result(), **models.result(), "warming": warming.result(), **page.result()}
    if session:
        body["session"] = asdict(session)
    return JSONResponse(body, headers=HEADERS)


async def _session(request: Request, context: Context) -> tuple[str, Session | None]:
    """The user, and the session if one was issued. Raises ApiError 401 and LimitReached."""
    identity = await context.identity()
    if "authorization" in request.headers:
        token = token_of(request)
        try:
            user_id = await identity.user_id(token)
        except SessionExpired:
            pass
        except NotSignedIn:
            raise NOT_SIGNED_IN from None
        else:
            if not is_anonymous(user_id) or not identity.sessions.is_past_half(token):
                return user_id, None
            try:
                await context.admissions.count_session(await network_of(request))
            except LimitReached:
                # The session is still valid, so a later start can renew it.
                return user_id, None
            return user_id, identity.sessions.start(user_id)
    await context.admissions.count_session(await network_of(request))
    session = identity.sessions.start()
    return session.user_id, session


async def _warm(context: Context, user_id: str, model_id: str) -> str | None:
    """The id of the model that is being warmed, None if it is warm or the limit is reached."""
    settings = context.settings
    listed = [model.id for model in settings.models]
    model_id = model_id if model_id in listed else settings.default_model
    if (await context.warmth_cache.read()).best(model_id, settings.gateway_names).state == "warm":
        return None
    try:
        await context.admissions.count_warmup(user_id, WARMUPS_PER_MINUTE)
    except LimitReached:
        return None
    await context.prewarm.begin(model_id)
    return model_id


routes = [route("GET", "/api/start", start)]
