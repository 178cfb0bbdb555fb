"""The size and the rate at which Lambda streams a response.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
"""

import asyncio
import time

MAX_BYTES = 200 * 1024 * 1024
UNCAPPED_BYTES = 6 * 1024 * 1024
BYTES_PER_S = 2 * 1024 * 1024


class Pace:
    """Kinder than AWS: the function itself never waits for a slow response to be sent."""

    def __init__(
        self, uncapped: int = UNCAPPED_BYTES, rate: float = BYTES_PER_S, limit: int = MAX_BYTES
    ) -> None:
        self._uncapped = uncapped
        self._rate = rate
        self._limit = limit
        self._sent = 0
        self._capped_since = 0.0

    async def allow(self, size: int) -> bool:
        """Wait until `size` more bytes may be sent. Return False if that is over the limit."""
        self._sent += size
        if self._sent > self._limit:
            return False
        if self._sent > self._uncapped:
            self._capped_since = self._capped_since or time.monotonic()
            due = self._capped_since + (self._sent - self._uncapped) / self._rate
            await asyncio.sleep(due - time.monotonic())
        return True
