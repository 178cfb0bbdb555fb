"""An HTTP/1.1 server that hides nothing of the wire: chunk by chunk, trailers, broken answers."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

import h11

Headers = Iterable[tuple[str, str]]

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_READ = 65536
# A body over the limit is still read, or the client would see a reset instead of the answer.
_DRAINED = 64 * 1024 * 1024


class BodyTooLarge(Exception):
    pass


class PortTaken(Exception):
    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken.")
        self.port = port


class Exchange:
    """One request and its answer. ConnectionError is raised once the client is gone."""

    def __init__(
        self,
        request: h11.Request,
        connection: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.method = request.method.decode()
        self.target = request.target.decode("latin-1")
        self.path, _, self.query = self.target.partition("?")
        self.headers = [(k.decode(), v.decode("latin-1")) for k, v in request.headers]
        self.trailers: dict[str, str] = {}
        self.peer: str = writer.get_extra_info("peername")[0]
        self._connection = connection
        self._reader = reader
        self._writer = writer

    def header(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.headers if key == name), default)

    async def parts(self) -> AsyncIterator[bytes]:
        """The request's body as it comes; after it `trailers` are known."""
        if self._connection.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        while True:
            match await _next_event(self._connection, self._reader):
                case h11.Data(data=data):
                    yield bytes(data)
                case h11.EndOfMessage(headers=headers):
                    self.trailers = {k.decode(): v.decode("latin-1") for k, v in headers}
                    return
                case _:
                    raise ConnectionResetError("The client left in the middle of its request.")

    async def body(self, limit: int = _DRAINED) -> bytes:
        """Raises BodyTooLarge."""
        body = bytearray()
        size = 0
        async for part in self.parts():
            size += len(part)
            if size <= limit:
                body += part
            elif size > _DRAINED:
                break
        if size > limit:
            raise BodyTooLarge
        return bytes(body)

    async def client_left(self) -> None:
        """Returns when the client closes its connection. Only after the body was read."""
        with suppress(ConnectionError):
            while data := await self._reader.read(_READ):
                self._connection.receive_data(data)

    async def start(self, status: int, headers: Headers = ()) -> None:
        reason = _REASONS.get(status, "")
        await self._send(
            h11.Response(status_code=status, headers=list(headers), reason=reason.encode())
        )

    async def send(self, data: bytes) -> None:
        await self._send(h11.Data(data=data))

    async def end(self) -> None:
        await self._send(h11.EndOfMessage())

    async def answer(self, status: int, body: bytes = b"", headers: Headers = ()) -> None:
        await self.start(status, [*headers, ("content-length", str(len(body)))])
        await self.send(body)
        await self.end()

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._connection.send(event) or b"")
        await self._writer.drain()


Handler = Callable[[Exchange], Awaitable[None]]


class Server:
    """Listens from the start, and answers once it serves: what comes earlier waits.

    Whatever a handler leaves unanswered or unfinished is closed as it is.
    """

    def __init__(self, port: int = 0) -> None:
        """Port 0 takes any free one. Raises PortTaken. Serve it, or close it."""
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port) if error.errno == errno.EADDRINUSE else error from None
        self.port: int = self._socket.getsockname()[1]
        self._handler: Handler | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._socket.close()

    @asynccontextmanager
    async def serving(self, handler: Handler) -> AsyncIterator["Server"]:
        self._handler = handler
        listener = await asyncio.start_server(self._accept, sock=self._socket)
        try:
            yield self
        finally:
            listener.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await listener.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            while await self._serve_one(connection, reader, writer):
                connection.start_next_cycle()
        except ConnectionError:
            pass
        except h11.RemoteProtocolError as error:
            await _refuse(connection, writer, error.error_status_hint)
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        except Exception as error:
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"{self._handler} failed", "exception": error}
            )
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve_one(
        self,
        connection: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Whether the connection can serve another request."""
        request = await _next_event(connection, reader)
        if not isinstance(request, h11.Request):
            return False
        assert self._handler  # noqa: S101 - it is serving
        await self._handler(Exchange(request, connection, reader, writer))
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE


async def _next_event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_READ))
    return event


async def _refuse(connection: h11.Connection, writer: asyncio.StreamWriter, status: int) -> None:
    if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    for event in (
        h11.Response(status_code=status, headers=[("content-length", "0")]),
        h11.EndOfMessage(),
    ):
        writer.write(connection.send(event) or b"")
