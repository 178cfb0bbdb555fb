"""Connections to one server, kept alive between requests.

httpx would need four times the work for a small request, and a turn makes a dozen of them.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11

from shared.age import is_older
from shared.aws.connection import END, Connection
from shared.aws.tls import tls

PORTS = {"http": 80, "https": 443}

# A frozen function may hold connections that the server closed unnoticed long ago.
KEPT_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    # It may hold a secret.
    body: bytes = field(repr=False)


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

    async def post(self, headers: Mapping[str, str], body: bytes, path: str = "/") -> Answer:
        """Raises OSError.

        If a kept connection fails, this closes all idle ones and sends the request again on a new
        one, because all may have died while the function was frozen. The server may therefore
        receive the request twice.
        """
        length = ("content-length", str(len(body)))
        request = h11.Request(method="POST", target=path, headers=[*headers.items(), length])
        if kept := await self._kept():
            try:
                return await self._exchange(kept, request, body)
            except OSError:
                self._abort_idle()
        async with asyncio.timeout(self._connect_s):
            new = await Connection.open(self._address, tls() if self._secure else None)
        return await self._exchange(new, request, body)

    async def close(self) -> None:
        self._closed = True
        # Abort all first, because the tasks of `gather` may be cancelled before they start.
        idle = self._abort_idle()
        await asyncio.gather(*(connection.close() for connection in idle))

    async def _exchange(self, connection: Connection, request: h11.Request, body: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._answer_s):
                await connection.send(request, h11.Data(data=body), END)
                response, answer = await connection.receive()
        except BaseException:
            connection.abort()
            raise
        # A request may outlive `close`: a `gather` that fails leaves its other calls running.
        if connection.reuse() and not self._closed:
            self._idle.append((time.time(), connection))
        else:
            connection.abort()
        headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status_code, headers, answer)

    async def _kept(self) -> Connection | None:
        while self._idle:
            since, connection = self._idle.pop()
            if connection.idle and not is_older(since, KEPT_S):
                return connection
            await connection.close()
        return None

    def _abort_idle(self) -> list[Connection]:
        idle = [connection for _, connection in self._idle]
        self._idle.clear()
        for connection in idle:
            connection.abort()
        return idle
