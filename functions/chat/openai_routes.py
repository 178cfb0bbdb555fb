"""The OpenAI-compatible surface: stateless, for any client of that API."""

from contextlib import aclosing
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from chat.access import AppContext, Remaining, User
from chat.bodies import read_body
from chat.errors import NOT_FOUND
from chat.fields import SSE_HEADERS, known_model
from chat.openai_shapes import CompletionAnswer, CompletionBody, model_json
from chat.prompt import fit
from chat.stateless import StatelessReply, Stream
from shared.completion import InvalidCompletion
from shared.reply import Delta, Finish
from shared.tokens import estimate_prompt_tokens

router = APIRouter(prefix="/v1")


@router.get("/models")
async def list_models(context: AppContext, user: User) -> dict[str, Any]:
    return {"object": "list", "data": [model_json(model) for model in context.settings.models]}


# The ids hold slashes.
@router.get("/models/{model_id:path}")
async def read_model(context: AppContext, user: User, model_id: str) -> dict[str, Any]:
    model = known_model(context.settings, model_id)
    if model is None:
        raise NOT_FOUND
    return model_json(model)


@router.post("/chat/completions")
async def complete(
    request: Request, context: AppContext, user: User, remaining: Remaining
) -> Response:
    body = await read_body(request, CompletionBody)
    settings = context.settings
    model = known_model(settings, body.model) or settings.default
    messages = [message.prompt() for message in body.messages]
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    spoken = [m for m in messages if m["role"] != "system"]
    if not any(m["content"] for m in spoken):
        raise InvalidCompletion("messages holds nothing to answer. Add a user message.")
    wanted = body.max_completion_tokens or body.max_tokens or settings.max_tokens
    completion = fit(
        model,
        system,
        spoken,
        max_tokens=min(wanted, settings.max_tokens),
        temperature=body.temperature,
    )
    completion = replace(completion, top_p=body.top_p)
    stream = (await context.gateway()).stream(completion, context.clocks(remaining))
    answer = CompletionAnswer(
        model.id,
        estimate_prompt_tokens(completion.messages),
        include_usage=bool(body.stream_options and body.stream_options.include_usage),
    )
    if not body.stream:
        return JSONResponse(answer.whole(*await _collect(stream)))
    reply = StatelessReply(stream, answer)
    await reply.begin(settings.heartbeat_s)
    events = reply.read(settings.heartbeat_s)
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)


async def _collect(stream: Stream) -> tuple[str, Finish]:
    """The whole reply. Raises GatewayError, also when only its end is missing."""
    text: list[str] = []
    finish = Finish("stop", None)
    async with aclosing(stream) as events:
        async for event in events:
            if isinstance(event, Delta):
                text.append(event.text)
            else:
                finish = event
    return "".join(text), finish
