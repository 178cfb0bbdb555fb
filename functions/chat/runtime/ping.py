"""The event that only keeps this environment alive, answered before the app is asked."""

import time
from typing import Any

ANSWER = {"warm": True}

# An event can hold an environment no longer than it needs to meet its siblings.
MOST_HOLD_S = 1.0


def is_ping(event: Any) -> bool:
    return isinstance(event, dict) and event.get("source") == "warmup"


def hold(event: dict[str, Any]) -> None:
    """Keeps the environment busy: of several pings at once each then gets one of its own."""
    milliseconds = event.get("hold_ms")
    if isinstance(milliseconds, int | float):
        time.sleep(min(MOST_HOLD_S, max(0.0, milliseconds / 1000)))
