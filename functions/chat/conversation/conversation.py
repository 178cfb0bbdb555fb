"""Conversations: the entries of a user's list."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chat.conversation.clock import timestamp
from shared.table.attributes import Item
from shared.table.table import Table

PAGE = 30
TITLE_CHARACTERS = 60

# Upper case only, as the ULID specification says: other spellings would be other keys.
ULID_PATTERN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


# Condition for accepting a turn: the conversation is neither deleted nor being claimed.
OPEN = "attribute_not_exists(deleted_at) AND attribute_not_exists(claimed_by)"


class BadCursor(ValueError):
    """The cursor is malformed."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`head` is the newest message of the selected branch."""

    id: str
    title: str
    model: str
    created_at: str
    updated_at: str
    head: str | None = None
    system_prompt: str | None = None

    @classmethod
    def from_item(cls, item: Item) -> "Conversation":
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "model": self.model,
            "system_prompt": self.system_prompt,
            "head": self.head,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


def conversation_key(user_id: str, conversation_id: str) -> Item:
    return {"pk": f"USER#{user_id}", "sk": f"CONVERSATION#{conversation_id}"}


def title_of(text: str) -> str:
    """The first line of the first message, cut between words."""
    line = next((line for line in text.split("\n") if line.strip()), "New chat")
    line = " ".join(line.split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def list_input(user_id: str, cursor: Item | None) -> dict[str, Any]:
    return {
        "IndexName": "GSI1",
        "KeyConditionExpression": "gsi1pk = :user",
        "ExpressionAttributeValues": {":user": f"USER#{user_id}"},
        "ScanIndexForward": False,
        "Limit": PAGE,
        "ExclusiveStartKey": cursor,
    }


def touch_input(
    user_id: str,
    conversation_id: str,
    *,
    title: str,
    model: str,
    head: str,
    system_prompt: str | None = None,
) -> dict[str, Any]:
    """Creates the conversation with its first turn. Every turn moves it to the top."""
    set_prompt = "" if system_prompt is None else ", system_prompt = :system_prompt"
    return {
        "Key": conversation_key(user_id, conversation_id),
        "UpdateExpression": (
            "SET id = :id, gsi1pk = :user, title = if_not_exists(title, :title), model = :model,"
            " created_at = if_not_exists(created_at, :now), updated_at = :now, head = :head"
            f"{set_prompt}"
        ),
        "ConditionExpression": OPEN,
        "ExpressionAttributeValues": {
            ":id": conversation_id,
            ":user": f"USER#{user_id}",
            ":title": title,
            ":model": model,
            ":now": timestamp(),
            ":head": head,
            **({} if system_prompt is None else {":system_prompt": system_prompt}),
        },
    }


def change_input(changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes`: new values by attribute; None removes one."""
    values = {name: value for name, value in changes.items() if value is not None}
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    removes = ", ".join(f"#{name}" for name in changes.keys() - values.keys())
    expression = " ".join(
        f"{verb} {names}" for verb, names in (("SET", sets), ("REMOVE", removes)) if names
    )
    return {
        "UpdateExpression": expression,
        "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(deleted_at)",
        "ExpressionAttributeNames": {f"#{name}": name for name in changes},
        **(
            {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}}
            if values
            else {}
        ),
    }


class Conversations:
    def __init__(self, table: Table) -> None:
        self._table = table

    async def get(self, user_id: str, conversation_id: str) -> Conversation | None:
        item = await self._table.get(conversation_key(user_id, conversation_id))
        return Conversation.from_item(item) if item and "deleted_at" not in item else None

    async def change(
        self, user_id: str, conversation_id: str, changes: Mapping[str, Any]
    ) -> Conversation:
        """Raises ConditionFailed when there is no such conversation."""
        key = conversation_key(user_id, conversation_id)
        return Conversation.from_item(await self._table.update(key, **change_input(changes)))

    async def page(self, user_id: str, cursor: str = "") -> tuple[list[Conversation], str]:
        """One page, newest first, and the cursor of the next page or "". Raises BadCursor."""
        items, last = await self._table.query(**list_input(user_id, _start(user_id, cursor)))
        return [Conversation.from_item(item) for item in items], _cursor(last)


def _cursor(last: Item | None) -> str:
    if last is None:
        return ""
    position = json.dumps([last["updated_at"], last["sk"]])
    return base64.urlsafe_b64encode(position.encode()).decode()


def _start(user_id: str, cursor: str) -> Item | None:
    """The key after which the page starts. The user's id never comes from the cursor."""
    if not cursor:
        return None
    try:
        updated_at, sk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        valid = isinstance(updated_at, str) and isinstance(sk, str) and updated_at and sk
    except (ValueError, TypeError, RecursionError):
        valid = False
    if not valid:
        raise BadCursor
    user = f"USER#{user_id}"
    return {"gsi1pk": user, "pk": user, "updated_at": updated_at, "sk": sk}
