"""Conversations: list, read, change, delete."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chat.api.access import NO_CONVERSATION, context_of, conversation_id_of, user_of
from chat.api.body import Body, BrokenRule, ModelId, ReplyId, SystemPrompt, read_body
from chat.api.errors import ApiError
from chat.api.models import known_model
from chat.api.routing import route
from chat.context import Context
from chat.conversation.conversation import BadCursor, Conversation
from chat.conversation.delete import Deletion
from chat.conversation.thread import Thread
from shared.table.table import ConditionFailed

BAD_CURSOR = ApiError(422, "invalid_request", "The cursor is invalid. Start without a cursor.")
NO_HEAD = ApiError(422, "invalid_request", "head must be the id of a reply in this conversation.")
NO_CHANGE = ApiError(
    422, "invalid_request", "The body changes nothing. Give title, model, system_prompt or head."
)

MAX_TITLE_CHARACTERS = 200


class ChangeBody(Body):
    """`system_prompt` null restores the default. `head` selects the branch to continue."""

    # Surrounding white space does not count towards its length.
    title: Annotated[str, Meta(min_length=1)] | None = None
    model: ModelId | None = None
    system_prompt: SystemPrompt | UnsetType | None = UNSET
    head: ReplyId | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.title is not None and not 1 <= len(self.title.strip()) <= MAX_TITLE_CHARACTERS:
            raise BrokenRule("title", f"must have 1 to {MAX_TITLE_CHARACTERS} characters")

    def changes(self) -> dict[str, str | None]:
        """New values by attribute; None removes one."""
        title = self.title.strip() if self.title else None
        values = {"title": title, "model": self.model, "head": self.head}
        changes: dict[str, str | None] = {k: v for k, v in values.items() if v is not None}
        if self.system_prompt is not UNSET:
            changes["system_prompt"] = self.system_prompt
        return changes


async def list_conversations(request: Request) -> Response:
    user = await user_of(request)
    cursor = request.query_params.get("cursor", "")
    return JSONResponse(await page_json(context_of(request), user, cursor))


async def page_json(context: Context, user_id: str, cursor: str = "") -> dict[str, Any]:
    """Raises ApiError 422 for an invalid cursor."""
    try:
        conversations, following = await context.conversations.page(user_id, cursor)
    except BadCursor:
        raise BAD_CURSOR from None
    return {
        "conversations": [conversation.to_json() for conversation in conversations],
        "cursor": following or None,
    }


async def delete_everything(request: Request) -> Response:
    user = await user_of(request)
    await Deletion(context_of(request).table, user).everything()
    return Response(status_code=204)


async def read_conversation(request: Request) -> Response:
    user, conversation_id = await user_of(request), conversation_id_of(request)
    context = context_of(request)
    conversation = await find_conversation(context, user, conversation_id)
    cursor = request.query_params.get("cursor", "")
    try:
        messages, before = await Thread(context.table, user, conversation_id).page(cursor)
    except BadCursor:
        raise BAD_CURSOR from None
    return JSONResponse(
        {
            "conversation": conversation.to_json(),
            "messages": [message.to_json() for message in messages],
            "cursor": before or None,
        }
    )


async def change_conversation(request: Request) -> Response:
    user, conversation_id = await user_of(request), conversation_id_of(request)
    context = context_of(request)
    body = await read_body(request, ChangeBody)
    changes = body.changes()
    if not changes:
        raise NO_CHANGE
    known_model(context.settings, body.model)
    if body.head:
        head = await Thread(context.table, user, conversation_id).reply(body.head)
        if head is None or head.role != "assistant":
            await find_conversation(context, user, conversation_id)
            raise NO_HEAD
    try:
        changed = await context.conversations.change(user, conversation_id, changes)
    except ConditionFailed:
        raise NO_CONVERSATION from None
    return JSONResponse({"conversation": changed.to_json()})


async def delete_conversation(request: Request) -> Response:
    user, conversation_id = await user_of(request), conversation_id_of(request)
    if not await Deletion(context_of(request).table, user).conversation(conversation_id):
        raise NO_CONVERSATION
    return Response(status_code=204)


async def find_conversation(context: Context, user_id: str, conversation_id: str) -> Conversation:
    """Raises ApiError 404."""
    conversation = await context.conversations.get(user_id, conversation_id)
    if conversation is None:
        raise NO_CONVERSATION
    return conversation


_CONVERSATIONS = "/api/conversations"
_CONVERSATION = f"{_CONVERSATIONS}/{{conversation_id}}"

routes = [
    route("GET", _CONVERSATIONS, list_conversations),
    route("DELETE", _CONVERSATIONS, delete_everything),
    route("GET", _CONVERSATION, read_conversation),
    route("PATCH", _CONVERSATION, change_conversation),
    route("DELETE", _CONVERSATION, delete_conversation),
]
