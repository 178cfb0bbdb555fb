"""Exports a conversation as Markdown or JSON."""

import json
from collections.abc import Sequence

from chat.conversation.conversation import Conversation
from chat.conversation.message import Message

_SPEAKER = {"user": "You", "assistant": "Assistant"}


def markdown(conversation: Conversation, branch: Sequence[Message]) -> str:
    """The selected branch, oldest first."""
    parts = [f"# {conversation.title}", f"*{conversation.created_at} · {conversation.model}*"]
    for message in branch:
        parts += [f"## {_SPEAKER[message.role]}", message.content or "*(no text)*"]
        if message.role == "assistant" and message.outcome not in ("complete", None):
            parts.append(f"*({message.outcome})*")
    return "\n\n".join(parts) + "\n"


def document(conversation: Conversation, messages: Sequence[Message]) -> str:
    """Every branch, as JSON in the shape of GET /api/conversations/{id}."""
    whole = {
        "conversation": conversation.to_json(),
        "messages": [message.to_json() for message in messages],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def branch_to(head: str | None, messages: Sequence[Message]) -> list[Message]:
    """The messages that lead to `head`, oldest first."""
    by_id = {message.id: message for message in messages}
    branch: list[Message] = []
    while head and (message := by_id.pop(head, None)):
        branch.append(message)
        head = message.parent_id
    return branch[::-1]
