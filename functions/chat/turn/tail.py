"""A reply as its row tells it: for a second tab, another device, or after a lost connection.

Each viewer costs one read of the row for every POLL_S while the reply is streaming: 120 a minute,
of one unit for each 4 KB of the reply. The pump writes about 60 times a minute as it is.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.budget import Standing
from chat.turn.events import PING, ChunkWriter, named_event

POLL_S = 0.5


class Tail:
    """Follows one reply from `after` delivered characters to its end."""

    def __init__(
        self,
        thread: Thread,
        reply: Message,
        turn: dict[str, Any],
        after: int,
        standing: Callable[[], Awaitable[Standing]],
    ) -> None:
        self._standing = standing
        self._thread = thread
        self._row = reply
        self._turn = turn
        self._delivered = after
        self._chunks = ChunkWriter(reply.id, reply.model or "", reply.created_s)

    async def events(self, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
        """The same events that the pump's own reader gets. Raises TableUnavailable."""
        yield named_event("turn", self._turn)
        last = time.monotonic()
        while True:
            if piece := self._news():
                yield piece
                last = time.monotonic()
            if self._row.status != "streaming":
                break
            if time.monotonic() - last > heartbeat_s - POLL_S:
                yield PING
                last = time.monotonic()
            await asyncio.sleep(POLL_S)
            row = await self._thread.reply(self._row.id)
            if row is None:
                # Deleted meanwhile: what was delivered is all there will be.
                yield await self._done({"outcome": "stopped", "model": self._row.model})
                return
            self._row = row
        if self._row.finish_reason and not self._row.error:
            yield self._chunks.finish(self._row.finish_reason)
        yield await self._done(self._row.ending())

    async def _done(self, ending: dict[str, Any]) -> bytes:
        budget = (await self._standing()).to_json()
        return named_event("done", {**ending, "budget": budget})

    def _news(self) -> bytes:
        text = self._row.content[self._delivered :]
        if not text:
            return b""
        self._delivered += len(text)
        return self._chunks.delta(text, self._delivered)
