"""The events of a running reply, in memory."""

import asyncio
from collections.abc import AsyncGenerator

from chat.turn.events import PING

# Send a heartbeat after this share of its interval, so that it is never late.
HEARTBEAT_SHARE = 0.9


class LiveReply:
    """One task writes the events, and any number of responses read them.

    Keeps every event, so a late or slow reader misses nothing.
    """

    def __init__(self) -> None:
        self._events: list[bytes] = []
        self._over = False
        # Created by the first waiting reader. Most events are published without one.
        self._changed: asyncio.Event | None = None

    def publish(self, event: bytes) -> None:
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        self._over = True
        self._wake()

    async def read(self, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
        """Yields all events so far as one piece, then new ones until the end.

        Sends a comment before a silence lasts `heartbeat_s` seconds: proxies and phones drop silent
        connections.
        """
        place = 0
        while True:
            if place < len(self._events):
                piece = b"".join(self._events[place:])
                place = len(self._events)
                yield piece
            elif self._over:
                return
            else:
                changed = self._changed = self._changed or asyncio.Event()
                try:
                    async with asyncio.timeout(heartbeat_s * HEARTBEAT_SHARE):
                        await changed.wait()
                except TimeoutError:
                    yield PING

    def _wake(self) -> None:
        if self._changed is not None:
            self._changed.set()
            self._changed = None
