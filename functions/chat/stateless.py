"""A reply that is streamed and forgotten: no rows, no resume."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from chat.live import LiveReply
from shared.gateway_errors import GatewayError
from shared.reply import Delta, Finish

Stream = AsyncGenerator[Delta | Finish, None]


class Wire(Protocol):
    """How the reply is written for its reader."""

    def delta(self, text: str) -> bytes: ...

    def finish(self, finish: Finish) -> bytes: ...

    def failure(self, error: GatewayError) -> bytes: ...


class StatelessReply:
    """Call `begin` first: until it returns, a failure can still be answered with a status."""

    def __init__(self, stream: Stream, wire: Wire) -> None:
        self._stream = stream
        self._wire = wire
        self._live = LiveReply()
        self._begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self, patience_s: float) -> None:
        """Waits for the first token, at most `patience_s` seconds. Raises GatewayError."""
        task = self._task = asyncio.create_task(self._run())
        begun = asyncio.create_task(self._begun.wait())
        try:
            await asyncio.wait(
                {task, begun}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            begun.cancel()
        if task.done():
            task.result()
        self._begun.set()

    async def read(self, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
        """Yields the events. A reader that leaves cancels the generation."""
        try:
            async with aclosing(self._live.read(heartbeat_s)) as events:
                async for event in events:
                    yield event
        finally:
            if self._task is not None:
                self._task.cancel()

    async def _run(self) -> None:
        try:
            async with aclosing(self._stream) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        self._live.publish(self._wire.delta(event.text))
                    else:
                        self._live.publish(self._wire.finish(event))
                    self._begun.set()
        except GatewayError as error:
            if not self._begun.is_set():
                raise
            self._live.publish(self._wire.failure(error))
        finally:
            self._live.close()
