"""Connections to one server, kept alive between requests.

httpx would need four times the work for a small request, and a turn makes a dozen of them.
"""

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import h11

from shared.aws.connection import END, Connection
from shared.aws.tls import tls

PORTS = {"http": 80, "https": 443}

# A frozen function may hold connections that the server closed unnoticed long ago.
KEPT_S = 60.0


class Connections:
    """Times in seconds. Close it. For one event loop only."""

    def __init__(self, url: str, connect_s: float, answer_s: float) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._address = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
        self._secure = parts.scheme == "https"
        self._connect_s = connect_s
        self._answer_s = answer_s
        # Newest last, each with the time at which it became idle.
        self._idle: list[tuple[float, Connection]] = []
        self._closed = False

    async def post(
        self, headers: Mapping[str, str], body: bytes, path: str = "/"
    ) -> tuple[int, bytes]:
        """Returns the status and the body of the answer. Raises OSError."""
        length = ("content-length", str(len(body)))
        request = h11.Request(method="POST", target=path, headers=[*headers.items(), length])
        connection = await self._acquire()
        try:
            async with asyncio.timeout(self._answer_s):
                await connection.send(request, h11.Data(data=body), END)
                response, answer = await connection.receive()
        except BaseException:
            connection.abort()
            raise
        # A request may outlive `close`: a `gather` that fails leaves its other calls running.
        if connection.reuse() and not self._closed:
            self._idle.append((time.monotonic(), connection))
        else:
            connection.abort()
        return response.status_code, answer

    async def close(self) -> None:
        self._closed = True
        idle, self._idle = self._idle, []
        # Abort all first, because the tasks of `gather` may be cancelled before they start.
        for _, connection in idle:
            connection.abort()
        await asyncio.gather(*(connection.close() for _, connection in idle))

    async def _acquire(self) -> Connection:
        while self._idle:
            since, connection = self._idle.pop()
            if not connection.closed and time.monotonic() - since < KEPT_S:
                return connection
            await connection.close()
        async with asyncio.timeout(self._connect_s):
            return await Connection.open(self._address, tls() if self._secure else None)
