"""A reply while it happens."""

import asyncio
from collections.abc import AsyncGenerator

from chat.turn.events import PING

# So much of the time before a comment is due, it is sent.
PUNCTUAL = 0.9


class LiveReply:
    """Events of one reply, written by one task and read by any number of responses.

    It holds every event, so a reader that comes late, or is slow, misses nothing.
    """

    def __init__(self) -> None:
        self._events: list[bytes] = []
        self._over = False
        # Made by who waits first: most events are published while nobody does.
        self._news: asyncio.Event | None = None

    def publish(self, event: bytes) -> None:
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        self._over = True
        self._wake()

    async def read(self, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
        """Yields all events so far as one piece, then what comes, to the end.

        A silence is filled with a comment before it lasts `heartbeat_s` seconds: proxies and phones
        drop connections that are silent for longer.
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
                news = self._news = self._news or asyncio.Event()
                try:
                    async with asyncio.timeout(heartbeat_s * PUNCTUAL):
                        await news.wait()
                except TimeoutError:
                    yield PING

    def _wake(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None
