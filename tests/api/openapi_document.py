"""The API's OpenAPI document, which the app itself serves to nobody."""

from typing import Any

from pydantic.json_schema import models_json_schema

from chat.account_routes import ClaimBody, SessionBody
from chat.app import create_app
from chat.asker import ReplyBody
from chat.bodies import Body
from chat.conversation_routes import ChangeBody
from chat.model_routes import WarmBody
from chat.openai_shapes import CompletionBody
from chat.turn_routes import TurnBody
from chat.tutorial_route import ChatBody

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
    document: dict[str, Any] = create_app().openapi()
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


def writing_routes(document: dict[str, Any]) -> set[tuple[str, str]]:
    """The routes whose requests may have a body."""
    return {
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("post", "put", "patch")
    }
