"""A server that counts open connections, to find those that a cancelled call leaves open."""

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

# Shorter than the 30 s that asyncio waits for the answer to a close_notify.
PATIENCE_S = 5.0

# Opening a connection takes a few dozen iterations of the event loop.
MOST_ITERATIONS = 1000


class CountingServer:
    """Closes no connection, and sends only `answer` after the TLS handshake."""

    def __init__(self, tls: ssl.SSLContext | None = None, answer: bytes = b"") -> None:
        self.port = 0
        self.accepted = 0
        self.open: set[asyncio.StreamWriter] = set()
        self._tls = tls
        self._answer = answer

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            try:
                yield
            finally:
                for writer in self.open:
                    writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.open.add(writer)
        try:
            seal = await _shake_hands(self._tls, reader, writer) if self._tls else bytes
            while await reader.read(65536):
                if self._answer:
                    writer.write(seal(self._answer))
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self.open.discard(writer)


async def _shake_hands(
    tls: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Callable[[bytes], bytes]:
    """Do the TLS handshake and return a function that encrypts.

    asyncio's TLS is not used, because it would answer a close_notify.
    """
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = tls.wrap_bio(received, sent, server_side=True)

    def seal(data: bytes) -> bytes:
        session.write(data)
        return sent.read()

    while True:
        try:
            session.do_handshake()
        except ssl.SSLWantReadError:
            writer.write(sent.read())
            data = await reader.read(65536)
            if not data:
                raise ConnectionError("The client left during the handshake") from None
            received.write(data)
        else:
            writer.write(sent.read())
            return seal


async def cancel_at_every_iteration(
    server: CountingServer,
    opening: Callable[[], Awaitable[object]],
    ended: type[Exception] | None = None,
) -> int:
    """Cancel `opening` after each iteration of the loop until it ends by itself.

    `opening` closes what it opens, or raises `ended`. Returns how often it was cancelled. Fails if
    a connection or a file descriptor is left open.
    """
    # Collecting the existing objects each time would be slow.
    gc.collect()
    gc.freeze()
    try:
        for iterations in range(MOST_ITERATIONS):
            before = _descriptors()
            task = asyncio.ensure_future(opening())
            for _ in range(iterations):
                await asyncio.sleep(0)
            cancelled = task.cancel()
            with suppress(asyncio.CancelledError, *([ended] if ended else [])):
                await task
            del task
            gc.collect()
            await _nothing_left(server, before, iterations)
            if not cancelled:
                return iterations
    finally:
        gc.unfreeze()
    raise AssertionError(f"It has not ended after {MOST_ITERATIONS} iterations")


async def _nothing_left(server: CountingServer, descriptors: int, iterations: int) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            # The loop has no event for a closed socket.
            while server.open or _descriptors() > descriptors:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(
            f"Cancelled after {iterations} iterations it leaves {len(server.open)} connections and "
            f"{_descriptors() - descriptors} file descriptors open"
        ) from None


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
