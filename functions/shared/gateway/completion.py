"""A chat completion as it is asked for, checked before any gateway sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ROLES = ("system", "user", "assistant")


# {"role": …, "content": …}
PromptMessage = Mapping[str, str]


class InvalidCompletion(ValueError):
    """A request that would make an orchestrator abort, or take the gateway down."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One completion: `max_tokens` is what the gateway bills, so it is always sent.

    Raises InvalidCompletion when built with values no gateway accepts.
    """

    model: str
    messages: Sequence[PromptMessage]
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    # Sent as X-Request-Id, so that one request can be found in everybody's logs.
    request_id: str = ""

    def __post_init__(self) -> None:
        if not self.model:
            raise InvalidCompletion("A completion needs a model.")
        if not self.messages:
            raise InvalidCompletion("A completion needs at least one message.")
        if any(m["role"] not in ROLES for m in self.messages):
            raise InvalidCompletion("Roles are system, user and assistant.")
        if not all(isinstance(m["content"], str) for m in self.messages):
            raise InvalidCompletion("The content of a message is a string.")
        if isinstance(self.max_tokens, bool) or self.max_tokens < 1:
            raise InvalidCompletion("max_tokens is a whole number from 1.")
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
            # OpenAI's own servers count tokens only when asked to.
            body["stream_options"] = {"include_usage": True}
        return body


def _require_within(value: float | None, most: float, name: str) -> None:
    # Written so that NaN fails too.
    if value is not None and not 0 <= value <= most:
        raise InvalidCompletion(f"{name} is a number from 0 to {most}.")
