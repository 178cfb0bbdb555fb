"""How a reply is to be made."""

import time
from dataclasses import dataclass

from chat.limits.visitor import Visitor
from shared.models import Model


@dataclass(frozen=True, slots=True)
class Options:
    """None leaves it to the conversation and the settings.

    `ends_at`: when this process is ended from outside (`time.monotonic`), infinite if it is not.
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
        """Less each time: a cold start and a slow table take from it before the gateway does."""
        return self.ends_at - time.monotonic()
