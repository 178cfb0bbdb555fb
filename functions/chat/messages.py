"""Messages of a conversation: a tree by `parent_id`, in the order they were written."""

import time
from dataclasses import dataclass
from typing import Any, Literal

from chat.clock import timestamp
from shared.attributes import Item

PAGE = 50

# A reply whose pump has not been heard of for so long is lost. The pump saves every second.
LEASE_S = 15

Outcome = Literal["complete", "length", "truncated", "stopped", "interrupted", "error"]


@dataclass(frozen=True, slots=True)
class Message:
    """`status` is "streaming" while a pump writes it, and afterwards its outcome.

    `key` is its place in the conversation. A reply's id is the same as its key; a user's
    message has the id its client gave it.
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
    error: dict[str, str] | None = None
    lease_until: float = 0
    stop_requested: bool = False

    @classmethod
    def from_item(cls, item: Item) -> "Message":
        fields = {name: item[name] for name in cls.__slots__ if name in item}
        if fields["status"] == "streaming" and fields.get("lease_until", 0) < time.time():
            fields["status"] = fields["outcome"] = "interrupted"
        return cls(**fields)

    def to_json(self) -> dict[str, Any]:
        hidden = ("key", "lease_until", "stop_requested")
        return {name: getattr(self, name) for name in self.__slots__ if name not in hidden}


def messages_pk(user_id: str, conversation_id: str) -> str:
    return f"USER#{user_id}#CONVERSATION#{conversation_id}"


def message_key(pk: str, key: str) -> Item:
    return {"pk": pk, "sk": f"MESSAGE#{key}"}


def page_input(pk: str, before: str = "") -> dict[str, Any]:
    """The newest messages, or the newest of those before the one with the key `before`."""
    return {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": pk,
            ":first": "MESSAGE#",
            # "~" comes after every character of a ULID.
            ":last": "MESSAGE#~",
        },
        "ScanIndexForward": False,
        "Limit": PAGE,
        "ConsistentRead": True,
        "ExclusiveStartKey": message_key(pk, before) if before else None,
    }


def put_input(pk: str, message: Message) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in Message.__slots__}
    present = {name: value for name, value in fields.items() if value is not None}
    return {"Item": {**message_key(pk, message.key), **present}}


def checkpoint_input(content: str) -> dict[str, Any]:
    return {
        "UpdateExpression": "SET content = :content, lease_until = :lease",
        "ConditionExpression": "#status = :streaming",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":content": content,
            ":lease": time.time() + LEASE_S,
            ":streaming": "streaming",
        },
    }


def finish_input(content: str, outcome: Outcome, **provenance: Any) -> dict[str, Any]:
    values = {
        "content": content,
        "status": outcome,
        "outcome": outcome,
        "finished_at": timestamp(),
        **{name: value for name, value in provenance.items() if value is not None},
    }
    return {
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in values)
        + " REMOVE lease_until",
        "ConditionExpression": "#status = :streaming",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {
            ":streaming": "streaming",
            **{f":{name}": value for name, value in values.items()},
        },
    }
