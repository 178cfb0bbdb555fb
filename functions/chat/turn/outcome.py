"""How a reply ended."""

from dataclasses import dataclass

from chat.conversation.message import Outcome
from shared.gateway.chunks import Usage
from shared.gateway.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    ReplyInterrupted,
)
from shared.gateway.reply import Finish

INTERNAL = "Something went wrong on our side. Try again."


@dataclass(frozen=True, slots=True)
class Ending:
    """`unbilled`: the gateway delivered nothing, so the reply costs nothing."""

    outcome: Outcome
    finish_reason: str | None = None
    usage: Usage | None = None
    error: dict[str, str] | None = None
    unbilled: bool = False


STOPPED = Ending("stopped")
# The reply fills its row.
FULL = Ending("length", "length")


def finished(finish: Finish) -> Ending:
    return Ending(outcome_of(finish), finish.reason, finish.usage)


def outcome_of(finish: Finish) -> Outcome:
    return "length" if finish.reason == "length" else "complete"


def failed(error: BaseException) -> Ending:
    if isinstance(error, ReplyInterrupted):
        return Ending(error.outcome, error={"code": "reply_interrupted", "message": str(error)})
    if isinstance(error, GatewayError):
        unbilled = isinstance(error, GatewayRefused | GatewayUnavailable)
        return Ending("error", error=error_json(error), unbilled=unbilled)
    return Ending("error", error={"code": "internal", "message": INTERNAL})


def error_json(error: GatewayError) -> dict[str, str]:
    """A gateway failure as the `done` event reports it."""
    code = "gateway_refused" if isinstance(error, GatewayRefused) else "gateway_unavailable"
    return {"code": code, "message": str(error)}
