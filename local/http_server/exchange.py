"""One request and its answer."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from http import HTTPStatus

import h11

_Headers = Iterable[tuple[str, str]]

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_READ = 65536
# A body over the limit is still read up to here, because closing early would reset the connection
# before the client reads the answer.
_DRAINED = 64 * 1024 * 1024


class BodyTooLarge(Exception):
    pass


class Exchange:
    """Raises ConnectionError once the client is gone."""

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
        """Yield the request's body as it arrives. `trailers` are set at its end."""
        if self._connection.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        while True:
            match await next_event(self._connection, self._reader):
                case h11.Data(data=data):
                    yield bytes(data)
                case h11.EndOfMessage(headers=headers):
                    self.trailers = {k.decode(): v.decode("latin-1") for k, v in headers}
                    return
                case _:
                    raise ConnectionResetError("The client left before the end of its request.")

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
        """Return when the client closes its connection. Read the body first."""
        with suppress(ConnectionError):
            while data := await self._reader.read(_READ):
                self._connection.receive_data(data)

    async def start(self, status: int, headers: _Headers = ()) -> None:
        reason = _REASONS.get(status, "")
        await self._send(
            h11.Response(status_code=status, headers=list(headers), reason=reason.encode())
        )

    async def send(self, data: bytes) -> None:
        await self._send(h11.Data(data=data))

    async def end(self) -> None:
        await self._send(h11.EndOfMessage())

    async def answer(self, status: int, body: bytes = b"", headers: _Headers = ()) -> None:
        await self.start(status, [*headers, ("content-length", str(len(body)))])
        await self.send(body)
        await self.end()

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._connection.send(event) or b"")
        await self._writer.drain()


async def next_event(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_READ))
    return event
