"""A message of a conversation. `parent_id` makes the messages a tree."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ulid import ULID

from chat.conversation.clock import timestamp
from shared.models import Model
from shared.table.attributes import Item

# A DynamoDB row holds 400 KB. The rest is left for the other attributes.
MAX_CONTENT_BYTES = 380_000

# A reply counts as lost when its pump has not saved for this long. The pump saves every second.
LEASE_S = 15

Outcome = Literal["complete", "length", "truncated", "stopped", "interrupted", "error"]

# Outcomes after which a reply can be continued.
CONTINUABLE: tuple[Outcome, ...] = ("length", "truncated", "interrupted", "stopped")

# How a reply was produced: sent in `done` and kept on its row.
PROVENANCE = (
    "finish_reason",
    "usage",
    "first_token_ms",
    "attempts",
    "gateway",
    "model",
    "request_id",
    "error",
)


@dataclass(frozen=True, slots=True)
class Message:
    """`status` is "streaming" while a pump writes the message, afterwards its outcome.

    `key` is the message's place in the conversation. A reply's id equals its key; a user's message
    has the id its client chose. `max_tokens` limits the reply, and `shortened_by` says what
    lowered that limit. `run` names the one pump that may write the reply: a pump that was presumed
    dead and has been replaced no longer matches it.
    """

    id: str
    key: str
    role: str
    content: str
    status: str
    created_at: str
    parent_id: str | None = None
    outcome: str | None = None
    usage: dict[str, Any] | None = None
    finish_reason: str | None = None
    model: str | None = None
    gateway: str | None = None
    attempts: int | None = None
    first_token_ms: int | None = None
    request_id: str | None = None
    max_tokens: int | None = None
    shortened_by: str | None = None
    error: dict[str, str] | None = None
    lease_until: float = 0
    stop_requested: bool = False
    run: str = ""

    @classmethod
    def from_item(cls, item: Item) -> "Message":
        fields = {name: item[name] for name in cls.__slots__ if name in item}
        if fields["status"] == "streaming" and fields.get("lease_until", 0) < time.time():
            fields["status"] = fields["outcome"] = "interrupted"
        return cls(**fields)

    def to_json(self) -> dict[str, Any]:
        hidden = ("key", "lease_until", "stop_requested", "run")
        return {name: getattr(self, name) for name in self.__slots__ if name not in hidden}

    def ending(self) -> dict[str, Any]:
        """The data of the `done` event."""
        provenance = {name: getattr(self, name) for name in PROVENANCE}
        if not self.error:
            del provenance["error"]
        return {"outcome": self.outcome, **provenance}

    @property
    def created_s(self) -> int:
        return int(datetime.fromisoformat(self.created_at).timestamp())


def messages_pk(user_id: str, conversation_id: str) -> str:
    return f"USER#{user_id}#CONVERSATION#{conversation_id}"


def message_key(pk: str, key: str) -> Item:
    return {"pk": pk, "sk": f"MESSAGE#{key}"}


def new_question(message_id: str, text: str, parent_id: str | None) -> Message:
    return Message(
        id=message_id,
        key=str(ULID()),
        role="user",
        content=text,
        status="complete",
        created_at=timestamp(),
        parent_id=parent_id,
    )


def new_reply(question: Message, model: Model, request_id: str) -> Message:
    """An empty reply. Its key sorts after the question's, even within one millisecond."""
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
