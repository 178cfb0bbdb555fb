"""The server: one task per connection, one handler for every request."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import h11

from local.http_server.exchange import Exchange, next_event

Handler = Callable[[Exchange], Awaitable[None]]


class PortTaken(Exception):
    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken.")
        self.port = port


class Server:
    """Listens when created and answers while `serving`; requests that come earlier wait.

    When a handler returns without finishing its answer, the connection is closed as it stands.
    """

    def __init__(self, port: int = 0) -> None:
        """Port 0 takes any free one. Raises PortTaken. The caller serves or closes it."""
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
        # Starting can be cancelled, and must then close the socket too.
        listener = await asyncio.start_server(self._accept, sock=self._socket, start_serving=False)
        try:
            await listener.start_serving()
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
        """Return whether the connection can serve another request."""
        request = await next_event(connection, reader)
        if not isinstance(request, h11.Request):
            return False
        assert self._handler  # noqa: S101 - it is serving
        await self._handler(Exchange(request, connection, reader, writer))
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE


async def _refuse(connection: h11.Connection, writer: asyncio.StreamWriter, status: int) -> None:
    if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    for event in (
        h11.Response(status_code=status, headers=[("content-length", "0")]),
        h11.EndOfMessage(),
    ):
        writer.write(connection.send(event) or b"")
