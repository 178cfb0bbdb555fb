"""What can go wrong with a gateway, grouped by what the caller does next.

Every message is written for a person, says what to do, and quotes nothing that the gateway sent.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

BrokenOutcome = Literal["truncated", "interrupted", "error"]


class GatewayError(Exception):
    """The gateway sent no complete reply."""


class GatewayRefused(GatewayError):
    """Permanent: a retry will not help, something must be configured."""


class GatewayUnavailable(GatewayError):
    """No token came. Another attempt may succeed, after `retry_after` seconds.

    `silent`: the gateway accepted the request and sent nothing, as while a model is loading.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, *, silent: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.silent = silent


class ReplyInterrupted(GatewayError):
    """The reply broke off after its first token. The delivered text stays."""

    def __init__(self, outcome: BrokenOutcome = "truncated") -> None:
        super().__init__(_BROKEN[outcome])
        self.outcome = outcome


_BROKEN: dict[BrokenOutcome, str] = {
    "truncated": "The reply broke off: the orchestrator went away. Continue it or try again.",
    "interrupted": "The time for one reply was used up. Continue it.",
    "error": "The model failed in the middle of the reply. Continue it or try again.",
}

NOT_A_GATEWAY = (
    "The address in LIVEPEER_GATEWAY_URL does not answer like an LLM gateway. Check its path."
)

_REFUSED = {
    400: "The gateway rejected the request: the model's name or the length of the chat may not"
    " suit it. Choose another model or start a new chat.",
    401: "The gateway wants a valid API key. Set LIVEPEER_API_KEY_SECRET.",
    403: "The gateway's API key may not use this model. Check the key's rights.",
    404: "The gateway does not know this address or model. Check LIVEPEER_GATEWAY_URL and the"
    " model's name.",
    405: NOT_A_GATEWAY,
    410: "The gateway has retired this address. Set LIVEPEER_GATEWAY_URL to its successor, usually"
    " /v1/chat/completions.",
}
_TRY_AGAIN = {
    408: "The gateway gave up waiting. Try again.",
    429: "The gateway is receiving too many requests. Wait a moment and try again.",
    503: "No orchestrator is free for this model right now. Try again, or choose another model.",
}


def status_error(status: int, retry_after: str = "") -> GatewayError:
    """The error for an answer that is not 200; `retry_after` is the header's value."""
    if status in _TRY_AGAIN or status >= 500:
        message = _TRY_AGAIN.get(status, "The gateway failed. Try again.")
        return GatewayUnavailable(message, _seconds(retry_after))
    if 300 <= status < 400:
        return GatewayRefused(
            "The gateway redirects to another address, which is not followed. Set"
            " LIVEPEER_GATEWAY_URL to the final address."
        )
    return GatewayRefused(_REFUSED.get(status, _REFUSED[400]))


def _seconds(retry_after: str) -> float | None:
    """`Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
