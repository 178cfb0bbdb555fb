"""Makes a local server reachable at a second address, such as one for containers."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx

from local.http_server import PortTaken

_READ = 65536


class NoSuchAddress(Exception):
    def __init__(self, address: str) -> None:
        super().__init__(f"This machine has no address {address}.")


@asynccontextmanager
async def relaying(address: str, *urls: str) -> AsyncIterator[None]:
    """Relay each URL at its own port. Raises NoSuchAddress or PortTaken."""
    async with AsyncExitStack() as relays:
        for url in urls:
            await relays.enter_async_context(_relay(address, httpx.URL(url)))
        yield


@asynccontextmanager
async def _relay(address: str, target: httpx.URL) -> AsyncIterator[None]:
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_join(reader, writer, target))
        connections.add(task)
        task.add_done_callback(connections.discard)

    port = target.port or 80
    try:
        listener = await asyncio.start_server(accept, address, port)
    except OSError as error:
        raise (
            PortTaken(port) if error.errno == errno.EADDRINUSE else NoSuchAddress(address)
        ) from None
    try:
        yield
    finally:
        listener.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await listener.wait_closed()


async def _join(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: httpx.URL
) -> None:
    try:
        target_reader, target_writer = await asyncio.open_connection(target.host, target.port or 80)
        try:
            await asyncio.gather(_copy(reader, target_writer), _copy(target_reader, writer))
        finally:
            target_writer.close()
    except OSError:
        pass
    finally:
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the reader ends, then end the writer."""
    while part := await reader.read(_READ):
        writer.write(part)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
