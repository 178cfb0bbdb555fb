"""OpenAI's chat completions, stateless, for any client of that API.

https://platform.openai.com/docs/api-reference/chat
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from msgspec import Meta

from chat.api.body import Body, MaxTokens, ModelId, Temperature, read_body
from chat.api.dependencies import AppContext, FromCaller, User
from chat.api.errors import NOT_FOUND
from chat.api.models import known_model
from chat.api.openai_answer import CompletionAnswer, model_json
from chat.turn.events import sse_response
from chat.turn.prompt import fit
from shared.gateway.completion import InvalidCompletion, PromptMessage
from shared.gateway.tokens import estimate_prompt_tokens

router = APIRouter(prefix="/v1")

TopP = Annotated[float, Meta(ge=0, le=1)]


class LenientBody(Body, forbid_unknown_fields=False):
    """Clients of this API send parameters that no gateway knows. They are ignored."""


class TextPart(LenientBody):
    type: Literal["text"]
    text: str


class CompletionMessage(LenientBody):
    """The content may be empty, as in turns of an assistant that only called tools."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | Annotated[list[TextPart], Meta(min_length=1)]

    def prompt(self) -> PromptMessage:
        content = self.content
        text = content if isinstance(content, str) else "".join(part.text for part in content)
        return {"role": "system" if self.role == "developer" else self.role, "content": text}


class StreamOptions(LenientBody):
    include_usage: bool = False


class CompletionBody(LenientBody):
    messages: Annotated[list[CompletionMessage], Meta(min_length=1)]
    model: ModelId | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: MaxTokens | None = None
    max_completion_tokens: MaxTokens | None = None
    temperature: Temperature | None = None
    top_p: TopP | None = None


@router.get("/models")
async def list_models(context: AppContext, user: User) -> dict[str, Any]:
    return {"object": "list", "data": [model_json(model) for model in context.settings.models]}


# Model ids contain slashes.
@router.get("/models/{model_id:path}")
async def read_model(context: AppContext, user: User, model_id: str) -> dict[str, Any]:
    model = known_model(context.settings, model_id)
    if model is None:
        raise NOT_FOUND
    return model_json(model)


@router.post("/chat/completions")
async def complete(request: Request, context: AppContext, caller: FromCaller) -> Response:
    body = await read_body(request, CompletionBody)
    settings = context.settings
    model = known_model(settings, body.model) or settings.default
    messages = [message.prompt() for message in body.messages]
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    dialogue = [m for m in messages if m["role"] != "system"]
    if not any(m["content"] for m in dialogue):
        raise InvalidCompletion("messages holds nothing to answer. Add a user message.")
    wanted = body.max_completion_tokens or body.max_tokens or settings.max_tokens
    completion = fit(
        model,
        system,
        dialogue,
        max_tokens=min(wanted, settings.max_tokens),
        temperature=body.temperature,
        request_id=caller.request_id,
    )
    completion = replace(completion, top_p=body.top_p)
    answer = CompletionAnswer(
        model.id,
        estimate_prompt_tokens(completion.messages),
        include_usage=bool(body.stream_options and body.stream_options.include_usage),
    )
    replies, reply_request = context.stateless, caller.reply_request()
    if not body.stream:
        text, finish, model_id = await replies.whole(completion, reply_request)
        answer.answered_by(model_id)
        headers = {"x-request-id": caller.request_id}
        return JSONResponse(answer.whole(text, finish), headers=headers)
    events = await replies.stream(completion, reply_request, answer)
    return sse_response(events, caller.request_id)
