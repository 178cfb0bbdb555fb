import asyncio
import contextlib
import ssl
from typing import Self

import h11

# The headers of an invocation may hold a client context. h11's own limit is 16 KB.
HEADERS_LIMIT = 256 * 1024
END = h11.EndOfMessage()


class _Protocol(asyncio.StreamReaderProtocol):
    """Keeps the transport, which `create_connection` loses when it is cancelled.

    Counts the bytes that arrive.
    """

    transport: asyncio.BaseTransport | None = None
    received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


class Connection:
    """One HTTP/1.1 connection. Every failure is an OSError."""

    def __init__(
        self, protocol: _Protocol, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._protocol = protocol
        self._taken = 0
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADERS_LIMIT)

    @classmethod
    async def open(cls, address: str, tls: ssl.SSLContext | None = None) -> Self:
        """`address` is a host and a port."""
        host, _, port = address.rpartition(":")
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = _Protocol(reader, loop=loop)
        try:
            transport, _ = await loop.create_connection(lambda: protocol, host, int(port), ssl=tls)
        except BaseException:
            # Cancelled just after the TLS handshake, asyncio sends a close_notify and keeps the
            # socket open until the peer answers, up to 30 seconds.
            protocol.abort()
            raise
        return cls(protocol, reader, asyncio.StreamWriter(transport, protocol, reader, loop))

    @property
    def idle(self) -> bool:
        """Whether another request can be sent. Best effort: the peer may have closed it unnoticed.

        What the peer sends without a request, such as 408 before it closes, is no answer to one.
        """
        unasked = self._protocol.received > self._taken or self._http.trailing_data[0]
        return not (unasked or self._reader.at_eof() or self._writer.is_closing())

    async def send(self, *events: h11.Event) -> None:
        # In one piece: each write is a system call and a packet.
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
        await self._writer.drain()

    async def receive(self) -> tuple[h11.Response, bytes]:
        body = bytearray()
        while True:
            match await self._next_event():
                case h11.Response() as response:
                    pass
                case h11.Data(data=data):
                    body += data
                case h11.EndOfMessage():
                    return response, bytes(body)

    async def _next_event(self) -> h11.Event:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = await self._reader.read(65536)
                self._taken += len(data)
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise ConnectionError(f"The other side broke off: {error}") from error
        if not isinstance(event, h11.Event) or isinstance(event, h11.ConnectionClosed):
            raise ConnectionError("The other side closed the connection")
        return event

    def reuse(self) -> bool:
        """Prepare for another request. False when the connection cannot be used again."""
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return True
        return False

    def abort(self) -> None:
        self._writer.transport.abort()

    async def close(self) -> None:
        # Abort instead of a TLS close: that would wait 30 s for the answer of a dead peer.
        self.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
