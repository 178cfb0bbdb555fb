"""Messages of a conversation: a tree by `parent_id`, in the order they were written."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from shared.table.attributes import Item

PAGE = 50

# A row holds 400 KB, and more than its text.
MAX_CONTENT_BYTES = 380_000

# A reply whose pump has not been heard of for so long is lost. The pump saves every second.
LEASE_S = 15

Outcome = Literal["complete", "length", "truncated", "stopped", "interrupted", "error"]

# A reply that ended like this can go on where it ended.
CONTINUABLE: tuple[Outcome, ...] = ("length", "truncated", "interrupted", "stopped")

# What is known of how a reply came about; told in `done`, kept on its row.
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
    """`status` is "streaming" while a pump writes it, and afterwards its outcome.

    `key` is its place in the conversation. A reply's id is the same as its key; a user's
    message has the id its client gave it. `max_tokens` is what its reply may have, `shortened_by`
    what made that less than was asked for. `run` names the one pump that may write to a reply: a
    pump that was thought dead, and has been replaced, finds its name gone.
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
        """The data of the `done` event of a reply that is over."""
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


def page_input(pk: str, before: str = "") -> dict[str, Any]:
    """The newest messages, or the newest of those before the one with the key `before`."""
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :message)",
        "ExpressionAttributeValues": {":pk": pk, ":message": "MESSAGE#"},
        "ScanIndexForward": False,
        "Limit": PAGE,
        "ConsistentRead": True,
        "ExclusiveStartKey": message_key(pk, before) if before else None,
    }


def put_input(pk: str, message: Message) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in Message.__slots__}
    present = {name: value for name, value in fields.items() if value not in (None, 0)}
    return {"Item": {**message_key(pk, message.key), **present}}


def checkpoint_input(content: str, run: str) -> dict[str, Any]:
    return {
        "UpdateExpression": "SET content = :content, lease_until = :lease",
        "ConditionExpression": "#status = :streaming AND run = :run",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":content": content,
            ":lease": time.time() + LEASE_S,
            ":streaming": "streaming",
            ":run": run,
        },
    }


def stop_input() -> dict[str, Any]:
    return {
        "UpdateExpression": "SET stop_requested = :true",
        "ConditionExpression": "#status = :streaming",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":true": True, ":streaming": "streaming"},
    }


def reopen_input(seen: Message, reopened: Message) -> dict[str, Any]:
    """Lets a reply go on, if it is still as `seen`: only one of two callers gets it."""
    return {
        "UpdateExpression": "SET #status = :streaming, run = :run, lease_until = :lease,"
        " stop_requested = :false, request_id = :request, max_tokens = :max_tokens,"
        " shortened_by = :shortened_by REMOVE outcome, finish_reason, #error",
        "ConditionExpression": "#status = :stored AND content = :content AND"
        " (attribute_not_exists(lease_until) OR lease_until < :now)",
        "ExpressionAttributeNames": {"#status": "status", "#error": "error"},
        "ExpressionAttributeValues": {
            ":streaming": "streaming",
            # A lost reply still says "streaming", with a lease that has run out.
            ":stored": "streaming" if seen.lease_until else seen.status,
            ":run": reopened.run,
            ":request": reopened.request_id,
            ":max_tokens": reopened.max_tokens,
            ":shortened_by": reopened.shortened_by,
            ":content": seen.content,
            ":now": time.time(),
            ":lease": time.time() + LEASE_S,
            ":false": False,
        },
    }


def finish_input(reply: Message) -> dict[str, Any]:
    written = ("content", "status", "outcome", *PROVENANCE)
    values = {name: getattr(reply, name) for name in written}
    values = {name: value for name, value in values.items() if value is not None}
    return {
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in values)
        + " REMOVE lease_until",
        "ConditionExpression": "#status = :streaming AND run = :run",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {
            ":streaming": "streaming",
            ":run": reply.run,
            **{f":{name}": value for name, value in values.items()},
        },
    }
