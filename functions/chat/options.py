"""How a reply is to be made."""

from dataclasses import dataclass

from chat.visitor import Visitor
from shared.models import Model


@dataclass(frozen=True, slots=True)
class Options:
    """None leaves it to the conversation and the settings.

    `remaining_s`: seconds until this process is ended from outside, endless if it is not.
    """

    visitor: Visitor
    remaining_s: float
    request_id: str
    model: Model | None = None
    max_tokens: int | None = None
    temperature: float | None = None

    @property
    def user_id(self) -> str:
        return self.visitor.user_id
