"""Connections to gateways: each request has its own, which ends with it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from shared.aws.tls import tls

# No connection is kept. While Lambda freezes an environment, a kept connection may die unnoticed,
# and httpx's clock for its age stops too. A request on it would get no answer, which looks like a
# model that is loading.
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)


class _Socket:
    """The socket of a request, known from httpcore's trace.

    httpcore may leave the socket open and in its pool when it is cancelled: during the TLS
    handshake, just after connecting, or while it closes. https://www.encode.io/httpcore/extensions/#trace
    """

    def __init__(self) -> None:
        self._stream: Any = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]

    async def aclose(self) -> None:
        if self._stream is not None:
            await self._stream.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: httpx.AsyncByteStream, socket: _Socket) -> None:
        self._body = body
        self._socket = socket

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._body:
            yield part

    async def aclose(self) -> None:
        try:
            await self._body.aclose()
        finally:
            await self._socket.aclose()


class GatewayTransport(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        socket = _Socket()
        request.extensions["trace"] = socket.trace
        # A pool for each request, because a pool never forgets what a cancelled request left in it.
        pool = httpx.AsyncHTTPTransport(verify=tls(), limits=LIMITS, trust_env=False)
        try:
            response = await pool.handle_async_request(request)
        except BaseException:
            await socket.aclose()
            raise
        # Always true: httpx has one type for both kinds of clients.
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101
        response.stream = _Body(response.stream, socket)
        return response
