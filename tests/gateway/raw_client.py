"""A client of the scripted gateway on a raw socket."""

import asyncio
import json

from tests.scripted_gateway import (
    ScriptedGateway,
)


class RawClient:
    """Writes a request and returns the raw bytes of the answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, scripted: ScriptedGateway) -> "RawClient":
        port = int(scripted.origin.rpartition(":")[2])
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def send_request(self, model: str = "m") -> None:
        body = json.dumps({"model": model}).encode()
        head = b"POST /llm?a=1 HTTP/1.1\r\nHost: x\r\nX-Name: Value\r\nContent-Length: %d\r\n\r\n"
        self._writer.write(head % len(body) + body)

    async def read_exactly(self, count: int) -> bytes:
        return await self._reader.readexactly(count)

    async def read_to_end(self) -> bytes:
        return await self._reader.read()

    async def pieces(self) -> list[bytes]:
        pieces = []
        while piece := await self._reader.read(65536):
            pieces.append(piece)
        return pieces

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def answer_to(scripted: ScriptedGateway, model: str = "m") -> bytes:
    """All bytes up to the end of the connection."""
    client = await RawClient.of(scripted)
    client.send_request(model)
    try:
        return await client.read_to_end()
    finally:
        await client.close()
