"""A caller's request for a reply."""

import time
from dataclasses import dataclass

from chat.limits.visitor import Visitor
from shared.models import Model


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """None means the conversation's or the deployment's default.

    `ends_at`: when the platform ends this invocation (`time.monotonic`), infinite if it does not.
    """

    visitor: Visitor
    ends_at: float
    request_id: str
    model: Model | None = None
    max_tokens: int | None = None
    temperature: float | None = None

    @property
    def user_id(self) -> str:
        return self.visitor.user_id

    @property
    def remaining_s(self) -> float:
        """Seconds left. Read it late: a cold start and a slow table use some of it up."""
        return self.ends_at - time.monotonic()
