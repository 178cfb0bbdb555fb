"""The request of a chat completion, checked before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ROLES = ("system", "user", "assistant")


# {"role": …, "content": …}
PromptMessage = Mapping[str, str]


class InvalidCompletion(ValueError):
    """The request could make an orchestrator abort, or crash the gateway."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """`max_tokens` is what a Livepeer gateway bills, so it is always sent.

    Raises InvalidCompletion for values that no gateway accepts.
    """

    model: str
    messages: Sequence[PromptMessage]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    # Sent as X-Request-Id, to find one request in all logs.
    request_id: str = ""

    def __post_init__(self) -> None:
        if not self.model:
            raise InvalidCompletion("A completion needs a model.")
        if not self.messages:
            raise InvalidCompletion("A completion needs at least one message.")
        if any(m["role"] not in ROLES for m in self.messages):
            raise InvalidCompletion("A role must be system, user or assistant.")
        if not all(isinstance(m["content"], str) for m in self.messages):
            raise InvalidCompletion("The content of a message must be a string.")
        if isinstance(self.max_tokens, bool) or self.max_tokens < 1:
            raise InvalidCompletion("max_tokens must be a whole number of at least 1.")
        _require_within(self.temperature, 2, "temperature")
        _require_within(self.top_p, 1, "top_p")

    def body(self, dialect: Literal["livepeer", "openai"]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [dict(message) for message in self.messages],
            "max_tokens": self.max_tokens,
            "stream": True,
        }
        if self.temperature is not None:
            body["temperature"] = self.temperature
        if self.top_p is not None:
            body["top_p"] = self.top_p
        if dialect == "openai":
            # OpenAI's servers report usage only on request.
            body["stream_options"] = {"include_usage": True}
        return body


def _require_within(value: float | None, most: float, name: str) -> None:
    # Written so that NaN fails too.
    if value is not None and not 0 <= value <= most:
        raise InvalidCompletion(f"{name} must be a number from 0 to {most}.")
