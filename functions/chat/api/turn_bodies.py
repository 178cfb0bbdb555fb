"""Bodies of the turn routes.

pydantic checks all others: it comes with FastAPI, and would be a fifth of a cold start here.
"""

from dataclasses import dataclass
from typing import Any, Self

from chat.api.json_fields import Fields
from chat.api.texts import canonical_uuid
from chat.conversation.conversation import ULID_PATTERN
from chat.turn.turns import Parent

MOST_TOKENS = 1_000_000
MOST_TEMPERATURE = 2
MOST_MODEL_CHARACTERS = 200
MOST_ID_CHARACTERS = 45
MOST_PROMPT_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class ReplyBody:
    """How the reply is to be made; None leaves it to the conversation and the settings."""

    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None

    @classmethod
    def of(cls, value: Any) -> Self:
        """Raises ApiError 422, as does every `of` here."""
        fields = Fields(value)
        body = cls.taken(fields)
        fields.end()
        return body

    @classmethod
    def taken(cls, fields: Fields) -> Self:
        return cls(
            fields.text("model", MOST_MODEL_CHARACTERS),
            fields.whole("max_tokens", 1, MOST_TOKENS),
            fields.number("temperature", 0, MOST_TEMPERATURE),
        )


@dataclass(frozen=True, slots=True)
class TurnBody:
    """`parent` is None when the body names none; one that is null begins anew.

    `system_prompt` is kept by a conversation that begins with this message, and by no other.
    """

    message_id: str
    content: str
    parent: Parent | None
    system_prompt: str | None
    reply: ReplyBody

    @classmethod
    def of(cls, value: Any) -> Self:
        fields = Fields(value)
        reply = ReplyBody.taken(fields)
        parent = Parent(_reply_id(fields)) if "parent_id" in fields else None
        system_prompt = fields.text("system_prompt", MOST_PROMPT_CHARACTERS, least=0)
        message = Fields(fields.value("message"), "message")
        fields.end()
        body = cls(_message_id(message), _content(message), parent, system_prompt, reply)
        message.end()
        return body


def _reply_id(fields: Fields) -> str | None:
    reply_id = fields.text("parent_id")
    if reply_id is not None and not ULID_PATTERN.fullmatch(reply_id):
        fields.refuse("parent_id", "Input should be the id of a reply")
    return reply_id


def _message_id(fields: Fields) -> str:
    try:
        return canonical_uuid(fields.text("id", MOST_ID_CHARACTERS) or "")
    except ValueError:
        fields.refuse("id", "Input should be a UUID")


def _content(fields: Fields) -> str:
    content = fields.text("content")
    if content is None:
        fields.refuse("content", "Input should be a text that is not empty")
    return content
