"""One TCP connection of the scripted gateway."""

import asyncio
import contextlib
import socket
import struct

from tests.scripted_gateway.received import Received

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connection:
    """Reads continuously, to notice a peer that leaves while a script plays."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._received = asyncio.StreamReader()
        self.left = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while data := await loop.sock_recv(self._socket, 65536):
                self._received.feed_data(data)
        self._received.feed_eof()
        self.left.set()

    async def request(self) -> Received:
        """The next request. Raises ConnectionError if the peer has left."""
        try:
            head = await self._received.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            method, path, _ = first.split(" ")
            headers = {
                name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
            }
            body = await self._received.readexactly(int(headers.get("content-length", 0)))
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError("the peer left") from error
        return Received(method, path, headers, body)

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def close(self, *, reset: bool = False) -> None:
        """Close with FIN, or with RST if `reset`. May be called twice."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._socket.close()
