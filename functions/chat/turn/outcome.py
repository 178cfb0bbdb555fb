"""How a reply ended."""

from dataclasses import dataclass

from chat.conversation.message import Outcome
from shared.gateway.chunks import Usage
from shared.gateway.errors import GatewayError, GatewayRefused, GatewayUnavailable, ReplyInterrupted
from shared.gateway.reply import Finish

INTERNAL = "Something went wrong on our side. Try again."


@dataclass(frozen=True, slots=True)
class Ending:
    """`unasked`: the gateway gave nothing, so there is nothing to pay for."""

    outcome: Outcome
    finish_reason: str | None = None
    usage: Usage | None = None
    error: dict[str, str] | None = None
    unasked: bool = False


STOPPED = Ending("stopped")
# The row has no room for more.
FULL = Ending("length", "length")


def finished(finish: Finish) -> Ending:
    return Ending(outcome_of(finish), finish.reason, finish.usage)


def outcome_of(finish: Finish) -> Outcome:
    return "length" if finish.reason == "length" else "complete"


def failed(error: BaseException) -> Ending:
    if isinstance(error, ReplyInterrupted):
        return Ending(error.outcome, error={"code": "reply_interrupted", "message": str(error)})
    if isinstance(error, GatewayError):
        unasked = isinstance(error, GatewayRefused | GatewayUnavailable)
        return Ending("error", error=told(error), unasked=unasked)
    return Ending("error", error={"code": "internal", "message": INTERNAL})


def told(error: GatewayError) -> dict[str, str]:
    """A gateway's failure as a person reads it in an event."""
    code = "gateway_refused" if isinstance(error, GatewayRefused) else "gateway_unavailable"
    return {"code": code, "message": str(error)}
