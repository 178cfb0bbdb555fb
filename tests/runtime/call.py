"""An invocation of the function."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any

from tests.runtime.protocol import ERROR_BODY

Headers = list[tuple[str, str]]


@dataclass
class Call:
    """What the function receives, and what it answers.

    `drop_after_chunks` resets the connection of the response, `refuse_after_chunks` answers 413,
    and reading pauses after each chunk until `resume_reading` is set.
    """

    request_id: str
    event: bytes
    deadline_ms: int
    trace_id: str | None = "Root=1-0-0"
    drop_after_chunks: int | None = None
    refuse_after_chunks: int | None = None
    resume_reading: asyncio.Event | None = None
    headers: Headers = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def payload(self) -> bytes:
        return b"".join(self.chunks)

    @property
    def prelude(self) -> dict[str, Any]:
        head: dict[str, Any] = json.loads(self.payload.split(bytes(8), 1)[0])
        return head

    @property
    def body(self) -> bytes:
        return self.payload.split(bytes(8), 1)[1]

    @property
    def trailer_report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(base64.b64decode(self.trailers[ERROR_BODY]))
        return report

    async def has_body(self, text: bytes) -> None:
        """Wait until the payload received so far ends with `text`."""
        while not self.payload.endswith(text):
            self.changed.clear()
            await self.changed.wait()
