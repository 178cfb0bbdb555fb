"""The API's OpenAPI document, which the app itself serves to nobody."""

from typing import Any
from uuid import UUID

from pydantic.json_schema import models_json_schema
from starlette.routing import Route

from chat.api.account import ClaimBody, SessionBody
from chat.api.bodies import Body
from chat.api.conversations import ChangeBody
from chat.api.fields import MaxTokens, ModelId, ReplyId, SystemPrompt, Temperature, Text
from chat.api.json_api import create_json_api
from chat.api.models import WarmBody
from chat.api.openai_shapes import CompletionBody
from chat.api.turns import routes
from chat.api.tutorial import ChatBody
from chat.context import Context


class ReplyBody(Body):
    """What the turn routes take, which check it by themselves."""

    model: ModelId | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None


class MessageBody(Body):
    id: UUID
    content: Text


class TurnBody(ReplyBody):
    message: MessageBody
    parent_id: ReplyId | None = None
    system_prompt: SystemPrompt | None = None


TURNS = "/api/conversations/{conversation_id}/turns"
# Routes read their bodies themselves, so the framework knows nothing of them.
BODIES: dict[tuple[str, str], type[Body] | None] = {
    ("post", "/api/sessions"): SessionBody,
    ("post", "/api/sessions/claim"): ClaimBody,
    ("post", "/api/models/warm"): WarmBody,
    ("patch", "/api/conversations/{conversation_id}"): ChangeBody,
    ("post", TURNS): TurnBody,
    ("post", f"{TURNS}/{{reply_id}}/continue"): ReplyBody,
    ("post", f"{TURNS}/{{reply_id}}/regenerate"): ReplyBody,
    ("post", f"{TURNS}/{{reply_id}}/stop"): None,
    ("post", "/api/chat"): ChatBody,
    ("post", "/v1/chat/completions"): CompletionBody,
}
SCHEMAS = "#/components/schemas/{model}"


def openapi_document() -> dict[str, Any]:
    document: dict[str, Any] = create_json_api(Context()).openapi()
    for route in routes:
        document["paths"][route.path] = _described(route)
    models = {model for model in BODIES.values() if model}
    schemas, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=SCHEMAS
    )
    document["components"]["schemas"] |= definitions["$defs"]
    for (method, path), body in BODIES.items():
        if body:
            content = {"application/json": {"schema": schemas[body, "validation"]}}
            document["paths"][path][method]["requestBody"] = {"content": content}
    return document


def _described(route: Route) -> dict[str, Any]:
    """A route of Starlette's, as FastAPI describes its own."""
    names = [name.strip("{}") for name in route.path.split("/") if name.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    responses = {"200": {"description": "As it should be"}}
    methods = [method.lower() for method in route.methods or () if method != "HEAD"]
    return {method: {"parameters": parameters, "responses": responses} for method in methods}


def writing_routes(document: dict[str, Any]) -> set[tuple[str, str]]:
    """The routes whose requests may have a body."""
    return {
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("post", "put", "patch")
    }
