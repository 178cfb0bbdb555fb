"""A strict Runtime API.

It parses the bytes itself, records the order of requests, and notes every breach of the protocol
in `breaches`. It runs one invocation at a time, as Lambda does.
"""

import asyncio
import json
import time
from types import TracebackType
from typing import Any, Self

from tests.runtime.call import Call, Headers
from tests.runtime.protocol import Breach, answer, report, require
from tests.runtime.response import read_chunks, read_whole

BASE = "/2018-06-01/runtime"


class StrictRuntimeApi:
    def __init__(self) -> None:
        self.order: list[str] = []
        self.breaches: list[str] = []
        self.poll_connections = 0
        self.init_error: dict[str, Any] | None = None
        self.initialised_badly = asyncio.Event()
        self.restore_error: dict[str, Any] | None = None
        self.restored_badly = asyncio.Event()
        self.snapshot = asyncio.Event()
        self.restore = asyncio.Event()
        self.polled = asyncio.Event()
        self._calls: asyncio.Queue[Call] = asyncio.Queue()
        self._current: Call | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._pollers: set[asyncio.Task[None]] = set()
        self._count = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()
        if error is None:
            assert self.breaches == []

    def invoke(self, event: object, *, seconds: float = 60, **behaviour: Any) -> Call:
        """Queue an invocation; `event` is JSON-encoded unless it is bytes."""
        self._count += 1
        call = Call(
            request_id=f"request-{self._count}",
            event=event if isinstance(event, bytes) else json.dumps(event).encode(),
            deadline_ms=int((time.time() + seconds) * 1000),
            **behaviour,
        )
        self._calls.put_nowait(call)
        return call

    def drop_pollers(self) -> None:
        for poller in self._pollers:
            poller.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._handlers.add(this_task())
        try:
            while await self._serve(reader, writer):
                pass
        except Breach as breach:
            self.breaches.append(str(breach))
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self.order.append(f"broken off: {type(error).__name__}")
        except asyncio.CancelledError:
            pass
        finally:
            self._handlers.discard(this_task())
            self._pollers.discard(this_task())
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request. Returns True if the connection may be used for another."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            require(not error.partial, f"half a request: {error.partial!r}")
            return False
        line, *fields = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
        method, target, version = line.split(" ")
        headers = [(name.lower(), value) for name, value in (f.split(": ", 1) for f in fields)]
        require(version == "HTTP/1.1", version)
        require(dict(headers).get("host") == self.address, f"Host of {line}")
        match method, target.removeprefix(BASE).strip("/").split("/"):
            case "GET", ["invocation", "next"]:
                return await self._next(headers, writer)
            case "POST", ["invocation", request_id, "response"]:
                await self._response(self._take(request_id), headers, reader, writer)
            case "POST", ["invocation", request_id, "error"]:
                await self._error(self._take(request_id), headers, reader, writer)
            case "GET", ["restore", "next"]:
                self.order.append("snapshot")
                self.snapshot.set()
                await self.restore.wait()
                self.order.append("restore")
                await answer(writer, "200 OK")
            case "POST", ["restore", "error"]:
                self.restore_error = await report(headers, reader)
                self.restored_badly.set()
                await answer(writer)
            case "POST", ["init", "error"]:
                self.init_error = await report(headers, reader)
                self.initialised_badly.set()
                await answer(writer)
            case _:
                raise Breach(f"no such endpoint: {line}")
        return False

    def _take(self, request_id: str) -> Call:
        call = self._current
        if call is None or call.request_id != request_id:
            raise Breach(f"{request_id} is not in progress")
        require(not call.headers, f"{request_id} is answered twice")
        return call

    async def _next(self, headers: Headers, writer: asyncio.StreamWriter) -> bool:
        require("content-length" not in dict(headers), "GET with a body")
        if self._current:
            require(self._current.done.is_set(), "/next before the invocation is answered")
        if this_task() not in self._pollers:
            self._pollers.add(this_task())
            self.poll_connections += 1
        self.order.append("next")
        self.polled.set()
        self._current = call = await self._calls.get()
        self.polled.clear()
        self.order.append(f"event {call.request_id}")
        lines = [
            "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            f"Content-Length: {len(call.event)}",
            f"Lambda-Runtime-Aws-Request-Id: {call.request_id}",
            f"Lambda-Runtime-Deadline-Ms: {call.deadline_ms}",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123:function:chat",
            *([f"Lambda-Runtime-Trace-Id: {call.trace_id}"] if call.trace_id else []),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + call.event)
        await writer.drain()
        return True

    async def _response(
        self,
        call: Call,
        headers: Headers,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        call.headers = headers
        self.order.append(f"response {call.request_id}")
        try:
            if "content-length" in dict(headers):
                await read_whole(call, reader)
            else:
                await read_chunks(call, reader, writer)
        finally:
            call.done.set()
            self.order.append(f"end {call.request_id}")
        await answer(writer)
        require(await reader.read(1) == b"", "the connection of a streamed response must be closed")

    async def _error(
        self,
        call: Call,
        headers: Headers,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        call.headers = headers
        call.error = await report(headers, reader)
        self.order.append(f"error {call.request_id}")
        call.done.set()
        await answer(writer)


def this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task
    return task
