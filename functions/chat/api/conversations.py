"""Conversations: list, read, change, export, delete."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from chat.api.access import NO_CONVERSATION
from chat.api.bodies import Body, read_body
from chat.api.dependencies import AppContext, ConversationId, User
from chat.api.errors import ApiError
from chat.api.fields import ModelId, ReplyId, SystemPrompt, Title
from chat.api.offer import known_model
from chat.conversation.conversation import BadCursor, Conversation
from chat.conversation.delete import Deletion
from chat.conversation.export import branch_to, document, markdown
from chat.conversation.thread import Thread
from shared.table.table import ConditionFailed

router = APIRouter(prefix="/api/conversations")

BAD_CURSOR = ApiError(
    422, "invalid_request", "The cursor is not one that was given out. Start without a cursor."
)
NO_HEAD = ApiError(422, "invalid_request", "head is the id of a reply in this conversation.")
NOTHING = ApiError(
    422, "invalid_request", "The body changes nothing. Give title, model, system_prompt or head."
)


class ChangeBody(Body):
    """`system_prompt` null goes back to the default; `head` picks the branch to go on with."""

    title: Title | None = None
    model: ModelId | None = None
    system_prompt: SystemPrompt | None = None
    head: ReplyId | None = None


@router.get("")
async def list_conversations(context: AppContext, user: User, cursor: str = "") -> dict[str, Any]:
    try:
        conversations, following = await context.conversations.page(user, cursor)
    except BadCursor:
        raise BAD_CURSOR from None
    return {
        "conversations": [conversation.to_json() for conversation in conversations],
        "cursor": following or None,
    }


@router.delete("")
async def delete_everything(context: AppContext, user: User) -> Response:
    await Deletion(context.table, user).everything()
    return Response(status_code=204)


@router.get("/{conversation_id}")
async def read_conversation(
    context: AppContext, user: User, conversation_id: ConversationId, cursor: str = ""
) -> dict[str, Any]:
    conversation = await _conversation(context, user, conversation_id)
    try:
        messages, before = await Thread(context.table, user, conversation_id).page(cursor)
    except BadCursor:
        raise BAD_CURSOR from None
    return {
        "conversation": conversation.to_json(),
        "messages": [message.to_json() for message in messages],
        "cursor": before or None,
    }


@router.patch("/{conversation_id}")
async def change_conversation(
    request: Request, context: AppContext, user: User, conversation_id: ConversationId
) -> dict[str, Any]:
    body = await read_body(request, ChangeBody)
    changes = body.model_dump(exclude_unset=True)
    changes = {k: v for k, v in changes.items() if v is not None or k == "system_prompt"}
    if not changes:
        raise NOTHING
    known_model(context.settings, body.model)
    if body.head:
        head = await Thread(context.table, user, conversation_id).reply(body.head)
        if head is None or head.role != "assistant":
            await _conversation(context, user, conversation_id)
            raise NO_HEAD
    try:
        changed = await context.conversations.change(user, conversation_id, changes)
    except ConditionFailed:
        raise NO_CONVERSATION from None
    return {"conversation": changed.to_json()}


@router.delete("/{conversation_id}")
async def delete_conversation(
    context: AppContext, user: User, conversation_id: ConversationId
) -> Response:
    if not await Deletion(context.table, user).conversation(conversation_id):
        raise NO_CONVERSATION
    return Response(status_code=204)


@router.get("/{conversation_id}/export")
async def export_conversation(
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    format: Literal["md", "json"] = "md",
) -> Response:
    conversation = await _conversation(context, user, conversation_id)
    messages = await Thread(context.table, user, conversation_id).all()
    if format == "json":
        text, kind = document(conversation, messages), "application/json"
    else:
        text = markdown(conversation, branch_to(conversation.head, messages))
        kind = "text/markdown"
    name = f"conversation-{conversation_id}.{format}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=kind, headers=headers)


async def _conversation(context: AppContext, user: str, conversation_id: str) -> Conversation:
    conversation = await context.conversations.get(user, conversation_id)
    if conversation is None:
        raise NO_CONVERSATION
    return conversation
