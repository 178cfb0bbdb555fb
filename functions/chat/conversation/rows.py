"""New rows of a turn."""

import time

from ulid import ULID

from chat.conversation.clock import timestamp
from chat.conversation.message import LEASE_S, Message
from shared.models import Model


def question_row(message_id: str, text: str, parent_id: str | None) -> Message:
    return Message(
        id=message_id,
        key=str(ULID()),
        role="user",
        content=text,
        status="complete",
        created_at=timestamp(),
        parent_id=parent_id,
    )


def reply_row(question: Message, model: Model, request_id: str) -> Message:
    """An empty reply, after its question: one millisecond later even when made at once."""
    asked = ULID.from_str(question.key)
    key = str(ULID.from_timestamp(max(time.time(), asked.timestamp + 0.001)))
    return Message(
        id=key,
        key=key,
        role="assistant",
        content="",
        status="streaming",
        created_at=timestamp(),
        parent_id=question.id,
        model=model.id,
        run=key,
        lease_until=time.time() + LEASE_S,
        request_id=request_id,
    )
