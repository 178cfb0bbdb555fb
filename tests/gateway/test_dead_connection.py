"""No reply uses an earlier reply's connection, which may have died while frozen."""

import asyncio

import httpx

from shared.gateway.client import Gateway
from tests.gateway.transcript import transcript
from tests.scripted_gateway import MODES, Send, on_the_wire


async def test_reply_does_not_depend_on_the_connection_of_an_earlier_one(
    http: httpx.AsyncClient,
) -> None:
    opened = 0

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The connection stays open, and is dead after its first answer."""
        nonlocal opened
        opened += 1
        await reader.readuntil(b"\r\n\r\n")
        for step in on_the_wire(MODES["normal"].script).steps:
            if isinstance(step, Send):
                writer.write(step.data)
        while await reader.read(65536):
            pass
        writer.close()

    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        gateway = Gateway(f"http://127.0.0.1:{port}/llm", http)
        replies = [await transcript(gateway) for _ in range(2)]
    assert replies[0].text == replies[1].text != ""
    assert opened == 2
