"""Takes one real turn and records when its parts arrive."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from ulid import ULID

PROMPT = "Count from one to twenty, in words."
MAX_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Turn:
    """`arrivals` has the seconds after the first byte, one entry per chunk read."""

    arrivals: list[float] = field(default_factory=list)
    text: str = ""
    done: dict[str, Any] = field(default_factory=dict)

    @property
    def spread_ms(self) -> float:
        return 1000 * (self.arrivals[-1] - self.arrivals[0]) if self.arrivals else 0.0

    @property
    def streamed(self) -> bool:
        """Without buffering, the `turn` event arrives well before the first token."""
        waited_ms = self.done.get("first_token_ms") or 0
        return len(self.arrivals) > 1 and self.spread_ms > waited_ms / 2


def take_turn(http: httpx.Client, api: str) -> Turn:
    """Use a new conversation, and delete it afterwards. Raises httpx.HTTPError."""
    conversation = f"{api}/api/conversations/{ULID()}"
    body = {"message": {"id": str(uuid4()), "content": PROMPT}, "max_tokens": MAX_TOKENS}
    arrivals: list[float] = []
    stream = b""
    with http.stream("POST", f"{conversation}/turns", json=body) as response:
        if response.is_error:
            response.read()
        response.raise_for_status()
        for part in response.iter_raw():
            arrivals.append(time.monotonic())
            stream += part
    http.delete(conversation)
    text, done = _read(stream.decode())
    return Turn([at - arrivals[0] for at in arrivals], text, done)


def _read(stream: str) -> tuple[str, dict[str, Any]]:
    text = ""
    done: dict[str, Any] = {}
    for event in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in event.split("\n") if ": " in line[1:])
        data = json.loads(fields.get("data", "{}"))
        if fields.get("event") == "done":
            done = data
        for choice in data.get("choices", ()):
            text += choice["delta"].get("content") or ""
    return text, done
