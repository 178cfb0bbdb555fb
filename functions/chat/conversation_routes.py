"""Reading conversations."""

from typing import Any

from fastapi import APIRouter

from chat.access import NO_CONVERSATION, AppContext, ConversationId, User
from chat.conversations import BadCursor
from chat.errors import ApiError
from chat.thread import Thread

router = APIRouter(prefix="/api/conversations")

BAD_CURSOR = ApiError(
    422, "invalid_request", "The cursor is not one that was given out. Start without a cursor."
)


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


@router.get("/{conversation_id}")
async def read_conversation(
    context: AppContext, user: User, conversation_id: ConversationId, cursor: str = ""
) -> dict[str, Any]:
    conversation = await context.conversations.get(user, conversation_id)
    if conversation is None:
        raise NO_CONVERSATION
    try:
        messages, before = await Thread(context.table, user, conversation_id).page(cursor)
    except BadCursor:
        raise BAD_CURSOR from None
    return {
        "conversation": conversation.to_json(),
        "messages": [message.to_json() for message in messages],
        "cursor": before or None,
    }
