"""The event that keeps this environment alive. It never reaches the app."""

import time
from typing import Any

from chat.lazy import EVERYTHING, load

ANSWER = {"warm": True}

# The longest that a ping may hold an environment. Concurrent pings arrive within this time.
MAX_HOLD_S = 1.0


def is_ping(event: Any) -> bool:
    return isinstance(event, dict) and event.get("source") == "warmup"


def answer_ping(event: dict[str, Any]) -> dict[str, bool]:
    """Loads everything, then holds the environment so that concurrent pings reach other ones."""
    load(EVERYTHING)
    milliseconds = event.get("hold_ms")
    if isinstance(milliseconds, int | float):
        time.sleep(min(MAX_HOLD_S, max(0.0, milliseconds / 1000)))
    return ANSWER
