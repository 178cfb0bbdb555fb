"""The API's OpenAPI document, which the app itself does not serve."""

from typing import Any

import msgspec
from starlette.routing import Route

from chat.api import account, conversations, models, start, turns
from chat.api.account import SessionBody
from chat.api.body import Body
from chat.api.caller import ReplyBody
from chat.api.claim import ClaimBody
from chat.api.conversations import ChangeBody
from chat.api.fastapi_app import create_fastapi_app
from chat.api.models import WarmBody
from chat.api.openai import CompletionBody
from chat.api.turns import TurnBody
from chat.api.tutorial import ChatBody
from chat.context import Context

TURNS = "/api/conversations/{conversation_id}/turns"
# Routes read their bodies themselves, so the framework does not describe them.
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
SCHEMAS = "#/components/schemas/{name}"
# Query parameters of the Starlette routes, which Starlette does not describe.
QUERIES = {
    "/api/start": "model",
    "/api/conversations": "cursor",
    "/api/conversations/{conversation_id}": "cursor",
    f"{TURNS}/{{reply_id}}/events": "after",
}


def openapi_document() -> dict[str, Any]:
    document: dict[str, Any] = create_fastapi_app(Context()).openapi()
    for module in (account, start, models, conversations, turns):
        for route in module.routes:
            document["paths"].setdefault(route.path, {}).update(_described(route))
    bodies = [body for body in BODIES.values() if body]
    schemas, components = msgspec.json.schema_components(bodies, ref_template=SCHEMAS)
    document.setdefault("components", {}).setdefault("schemas", {}).update(components)
    for (method, path), schema in zip(
        [route for route, body in BODIES.items() if body], schemas, strict=True
    ):
        content = {"application/json": {"schema": schema}}
        document["paths"][path][method]["requestBody"] = {"content": content}
    return document


def _described(route: Route) -> dict[str, Any]:
    """A Starlette route, described as FastAPI describes its routes."""
    names = [name.strip("{}") for name in route.path.split("/") if name.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    assert route.methods
    (method,) = route.methods
    if method == "GET" and route.path in QUERIES:
        query = {"name": QUERIES[route.path], "in": "query", "schema": {"type": "string"}}
        parameters.append(query)
    responses = {"200": {"description": "Success"}}
    return {method.lower(): {"parameters": parameters, "responses": responses}}


def writing_routes(document: dict[str, Any]) -> set[tuple[str, str]]:
    """The routes whose requests may have a body."""
    return {
        (method, path)
        for path, operations in document["paths"].items()
        for method in operations
        if method in ("post", "put", "patch")
    }
