"""Connections to the table are reused, and replaced after the server closes them."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET

import pytest

from shared.aws.connections import KEPT_S, Connections
from tests.certificates import self_signed_server
from tests.scripted_gateway import MODES, ScriptedGateway

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

# Closing then resets the connection.
RESET = struct.pack("ii", 1, 0)


class Answering:
    """Answers `requests_each` requests of a connection, then closes it."""

    def __init__(self, requests_each: int) -> None:
        self.opened = 0
        self.closed = asyncio.Event()
        self._requests_each = requests_each

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        for _ in range(self._requests_each):
            try:
                await reader.readuntil(b"\r\n\r\n{}")
            except asyncio.IncompleteReadError:
                break
            writer.write(ANSWER)
        writer.close()
        self.closed.set()


@asynccontextmanager
async def connected(answering: Answering, answer_s: float = 5) -> AsyncIterator[Connections]:
    async with await asyncio.start_server(answering.serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections = Connections(url, connect_s=5, answer_s=answer_s)
        try:
            yield connections
        finally:
            await connections.close()


async def post(connections: Connections) -> tuple[int, bytes]:
    answer = await connections.post({"host": connections.host}, b"{}")
    return answer.status, answer.body


async def test_connection_is_reused_by_sequential_requests() -> None:
    answering = Answering(100)
    async with connected(answering) as connections:
        assert [await post(connections) for _ in range(5)] == [(200, b"{}")] * 5
        assert answering.opened == 1


async def test_concurrent_requests_use_separate_connections() -> None:
    answering = Answering(100)
    async with connected(answering) as connections:
        for _ in range(2):
            await asyncio.gather(*(post(connections) for _ in range(5)))
        assert answering.opened == 5


async def test_connection_closed_by_the_server_is_not_reused() -> None:
    answering = Answering(1)
    async with connected(answering) as connections:
        for number in (1, 2, 3):
            answering.closed.clear()
            assert await post(connections) == (200, b"{}")
            assert answering.opened == number
            await answering.closed.wait()
            # The FIN has to arrive.
            await asyncio.sleep(0.05)


async def test_connection_that_was_idle_too_long_by_the_wall_clock_is_not_reused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The monotonic clock stands still while Lambda freezes an environment."""
    answering = Answering(100)
    async with connected(answering) as connections:
        await asyncio.gather(post(connections), post(connections))
        now = time.time
        monkeypatch.setattr("time.time", lambda: now() + KEPT_S)
        assert await post(connections) == (200, b"{}")
        assert answering.opened == 3


class Dying(Answering):
    """From `die` on, its connections are reset, or silent, on the next request; new ones work."""

    def __init__(self, silent: bool) -> None:
        super().__init__(100)
        self.received = 0
        self._silent = silent
        self._lives = 0

    def die(self) -> None:
        self._lives += 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        life = self._lives
        while await reader.read(65536):
            self.received += 1
            if life == self._lives:
                writer.write(ANSWER)
            elif not self._silent:
                writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, RESET)
                break
        writer.close()


@pytest.mark.parametrize("silent", [False, True])
async def test_dead_connection_is_replaced_with_all_others_at_once(silent: bool) -> None:
    dying = Dying(silent)
    async with connected(dying, answer_s=0.5 if silent else 5) as connections:
        await asyncio.gather(*(post(connections) for _ in range(4)))
        dying.die()
        assert await post(connections) == (200, b"{}")
        assert (dying.opened, dying.received) == (5, 6)
        # The other three are not tried.
        await asyncio.gather(*(post(connections) for _ in range(4)))
        assert (dying.opened, dying.received) == (8, 10)


async def test_concurrent_requests_survive_the_death_of_every_connection() -> None:
    dying = Dying(silent=False)
    async with connected(dying) as connections:
        for _ in range(3):
            answers = await asyncio.gather(*(post(connections) for _ in range(4)))
            assert answers == [(200, b"{}")] * 4
            dying.die()


async def test_new_connection_that_fails_is_not_tried_again() -> None:
    refusals = 0

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal refusals
        refusals += 1
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections = Connections(url, connect_s=5, answer_s=5)
        with pytest.raises(ConnectionError):
            await post(connections)
    assert refusals == 1


async def test_silent_server_times_out() -> None:
    async with ScriptedGateway(MODES["silent"].script) as silent:
        connections = Connections(silent.origin, connect_s=5, answer_s=0.3)
        with pytest.raises(TimeoutError):
            await post(connections)


async def test_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    async with self_signed_server(tmp_path) as url:
        connections = Connections(url, connect_s=5, answer_s=5)
        with pytest.raises(OSError, match="certificate verify failed"):
            await post(connections)


async def test_request_that_outlives_close_leaves_no_connection() -> None:
    received, answer = asyncio.Event(), asyncio.Event()
    closed_by_client = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n{}")
        received.set()
        await answer.wait()
        writer.write(ANSWER)
        try:
            async with asyncio.timeout(5):
                closed_by_client.set_result(await reader.read() == b"")
        except ConnectionError:
            closed_by_client.set_result(True)
        except TimeoutError:
            closed_by_client.set_result(False)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections = Connections(url, connect_s=5, answer_s=30)
        request = asyncio.create_task(post(connections))
        await received.wait()
        await connections.close()
        answer.set()
        assert await request == (200, b"{}")
        assert await closed_by_client


@pytest.mark.parametrize("delay_s", [0, 0.01])
async def test_unasked_answer_is_not_taken_for_the_next_one(delay_s: float) -> None:
    """Some servers send 408 when they close an idle connection."""
    unasked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n{}")
        late = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
        if delay_s:
            writer.write(ANSWER)
            await asyncio.sleep(delay_s)
            writer.write(late)
        else:
            writer.write(ANSWER + late)
        unasked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections = Connections(url, connect_s=5, answer_s=5)
        try:
            for _ in range(3):
                unasked.clear()
                assert await post(connections) == (200, b"{}")
                await unasked.wait()
                # The second answer has to arrive.
                await asyncio.sleep(0.05)
        finally:
            await connections.close()
