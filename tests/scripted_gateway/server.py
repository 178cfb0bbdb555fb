"""An HTTP/1.1 server whose script decides every byte and the TCP flag at the end."""

import asyncio
import socket
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from tests.scripted_gateway.casting import Casting
from tests.scripted_gateway.connection import Connection
from tests.scripted_gateway.received import Received
from tests.scripted_gateway.script import End, Gate, Head, Script, Send, Step, Wait, on_the_wire


class ScriptedGateway:
    """An async context manager. Leaving it closes every connection.

    `script` is one Script for all requests, or a Casting that chooses one for each.
    `scale` multiplies every Wait, so that minutes of silence fit into a test.
    """

    def __init__(
        self, script: Script | Casting | None = None, *, scale: float = 1.0, port: int = 0
    ) -> None:
        self.script: Script | Casting = script or Script(end=End.FIN)
        self.scale = scale
        self.requests: list[Received] = []
        self._arrived = asyncio.Condition()
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()

    async def __aenter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self._listener.setblocking(False)
        self._port = self._listener.getsockname()[1]
        self._start(self._accept())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        for connection in self._connections:
            await connection.close()
        self._listener.close()
        failures = [end for end in ends if isinstance(end, Exception)]
        if failures and error is None:
            raise failures[0]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """Where go-livepeer listens."""
        return f"{self.origin}/llm"

    @property
    def openai_url(self) -> str:
        return f"{self.origin}/v1/chat/completions"

    async def request(self, number: int = 1) -> Received:
        """The first, second, … request, as soon as it arrives."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= number)
        return self.requests[number - 1]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        # A failed task is kept, and its error is raised when the gateway closes.
        if task.cancelled() or not task.exception():
            self._tasks.discard(task)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            peer, _ = await loop.sock_accept(self._listener)
            connection = Connection(peer)
            self._connections.add(connection)
            self._start(self._serve(connection))

    async def _serve(self, connection: Connection) -> None:
        reset = False
        try:
            end = End.COMPLETE
            while end is End.COMPLETE:
                request = await connection.request()
                async with self._arrived:
                    self.requests.append(request)
                    self._arrived.notify_all()
                script = self.script if isinstance(self.script, Script) else self.script(request)
                end = await self._perform(on_the_wire(script), connection, request)
            reset = end is End.RST
        except ConnectionError:
            pass
        finally:
            await connection.close(reset=reset)
            self._connections.discard(connection)

    async def _perform(self, script: Script, connection: Connection, request: Received) -> End:
        """Play the script until its end or until the peer leaves."""
        playing = asyncio.create_task(self._play(script, connection))
        leaving = asyncio.create_task(connection.left.wait())
        try:
            await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                raise ConnectionResetError("the peer left")
            await playing
        except ConnectionError:
            request.cancelled.set()
            request.over.set()
            raise
        finally:
            for task in (playing, leaving):
                task.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)
        request.played.set()
        request.over.set()
        return script.end

    async def _play(self, script: Script, connection: Connection) -> None:
        for number, step in enumerate(script.steps):
            if number:
                await _let_the_peer_read()
            await self._run(step, connection)
        if script.end is End.HANG:
            await asyncio.Event().wait()

    async def _run(self, step: Step, connection: Connection) -> None:
        match step:
            case Send(data):
                await connection.send(data)
            case Wait(seconds):
                await asyncio.sleep(seconds * self.scale)
            case Gate(opened, reached):
                reached.set()
                await opened.wait()
            case Head():
                await connection.send(step.encoded())


async def _let_the_peer_read() -> None:
    """Let a peer in the same event loop read this piece before the next one is sent."""
    await asyncio.sleep(0)  # its transport reads
    await asyncio.sleep(0)  # its task wakes up
