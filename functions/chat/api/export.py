"""A conversation as a download."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from chat.api.conversations import find_conversation
from chat.api.dependencies import AppContext, ConversationId, User
from chat.conversation.export import branch_to, document, markdown
from chat.conversation.thread import Thread

router = APIRouter()


@router.get("/api/conversations/{conversation_id}/export")
async def export_conversation(
    context: AppContext,
    user: User,
    conversation_id: ConversationId,
    format: Literal["md", "json"] = "md",
) -> Response:
    conversation = await find_conversation(context, user, conversation_id)
    messages = await Thread(context.table, user, conversation_id).all()
    if format == "json":
        text, kind = document(conversation, messages), "application/json"
    else:
        text = markdown(conversation, branch_to(conversation.head, messages))
        kind = "text/markdown"
    name = f"conversation-{conversation_id}.{format}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=kind, headers=headers)
