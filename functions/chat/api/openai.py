"""The OpenAI-compatible surface: stateless, for any client of that API."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from chat.api.bodies import read_body
from chat.api.dependencies import AppContext, FromAsker, User
from chat.api.errors import NOT_FOUND
from chat.api.offer import known_model
from chat.api.openai_shapes import CompletionAnswer, CompletionBody, model_json
from chat.turn.events import sse_response
from chat.turn.prompt import fit
from shared.gateway.completion import InvalidCompletion
from shared.gateway.tokens import estimate_prompt_tokens

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
async def complete(request: Request, context: AppContext, asker: FromAsker) -> Response:
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
        request_id=asker.request_id,
    )
    completion = replace(completion, top_p=body.top_p)
    answer = CompletionAnswer(
        model.id,
        estimate_prompt_tokens(completion.messages),
        include_usage=bool(body.stream_options and body.stream_options.include_usage),
    )
    replies, options = context.stateless, asker.options()
    if not body.stream:
        text, finish, model_id = await replies.whole(completion, options)
        answer.answered_by(model_id)
        return JSONResponse(answer.whole(text, finish), headers={"x-request-id": asker.request_id})
    events = await replies.stream(completion, options, answer)
    return sse_response(events, asker.request_id)
