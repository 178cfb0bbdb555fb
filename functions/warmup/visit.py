"""Visits one model: a one-token completion, timed."""

import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from shared.gateway.client import Gateway
from shared.gateway.completion import CompletionRequest
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Clocks, Delta

PROMPT = ({"role": "user", "content": "Hi"},)

# The reply has one token. After it only the end of the stream comes.
IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Visit:
    """`first_token_ms` is None when no token came. `error` says why, or `skipped` why no request
    was made: "busy" (another visit holds the lease) or "capped" (the day's quota is used up).
    """

    model: str
    gateway: str
    first_token_ms: int | None = None
    error: GatewayError | None = None
    skipped: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "gateway": self.gateway,
            "first_token_ms": self.first_token_ms,
            "failure": type(self.error).__name__ if self.error else None,
            "skipped": self.skipped or None,
        }


async def warm(gateway: Gateway, model_id: str, patience_s: float) -> Visit:
    """Waits at most `patience_s` seconds for the token. Raises nothing."""
    started = time.monotonic()
    first_token_ms = None
    error = None
    request = CompletionRequest(model_id, PROMPT, max_tokens=1)
    try:
        async with aclosing(gateway.stream(request, Clocks(patience_s, IDLE_S))) as events:
            async for event in events:
                if isinstance(event, Delta) and first_token_ms is None:
                    first_token_ms = round((time.monotonic() - started) * 1000)
    except GatewayError as failure:
        error = failure
    return Visit(model_id, gateway.name, first_token_ms, error)
