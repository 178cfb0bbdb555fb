"""A reply that is streamed and forgotten: no rows, no resume."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ulid import ULID

from chat.events import ChunkWriter, named_event
from chat.live import LiveReply
from shared.gateway_errors import GatewayError, ReplyInterrupted
from shared.reply import Delta, Finish

Stream = AsyncGenerator[Delta | Finish, None]


class StatelessReply:
    """Call `begin` first: until it returns, a failure can still be answered with a status."""

    def __init__(self, stream: Stream, model_id: str) -> None:
        self._stream = stream
        self._live = LiveReply()
        self._begun = asyncio.Event()
        self._chunks = ChunkWriter(str(ULID()), model_id, int(time.time()))
        self._model_id = model_id
        self._task: asyncio.Task[None] | None = None

    async def begin(self, patience_s: float) -> None:
        """Waits for the first token, at most `patience_s` seconds. Raises GatewayError."""
        self._task = asyncio.create_task(self._run())
        begun = asyncio.create_task(self._begun.wait())
        try:
            await asyncio.wait(
                {self._task, begun}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        finally:
            begun.cancel()
        if self._task.done() and not self._begun.is_set():
            self._task.result()
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
                        self._live.publish(self._chunks.delta(event.text))
                    else:
                        self._live.publish(self._chunks.finish(event.reason))
                        self._end("length" if event.reason == "length" else "complete")
                    self._begun.set()
        except GatewayError as error:
            if not self._begun.is_set():
                raise
            self._end(error.outcome if isinstance(error, ReplyInterrupted) else "error", error)
        finally:
            self._live.close()

    def _end(self, outcome: str, error: GatewayError | None = None) -> None:
        done: dict[str, object] = {"outcome": outcome, "model": self._model_id}
        if error is not None:
            done["error"] = {"code": "gateway", "message": str(error)}
        self._live.publish(named_event("done", done))
