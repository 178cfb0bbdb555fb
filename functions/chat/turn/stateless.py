"""Replies that are not saved and cannot be resumed, but are limited and settled like all others."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from ulid import ULID

from chat.generation.generation import Generation
from chat.generation.plan import GenerationFactory
from chat.limits.admission import Admission, Admissions
from chat.turn.live import LiveReply
from chat.turn.reply_request import ReplyRequest
from shared.gateway.completion import CompletionRequest
from shared.gateway.errors import GatewayError, GatewayRefused, GatewayUnavailable
from shared.gateway.reply import Delta, Finish


class Wire(Protocol):
    """Encodes a reply for its reader."""

    def answered_by(self, model_id: str) -> None:
        """Called with the first token, because the fallback model may answer."""

    def delta(self, text: str) -> bytes: ...

    def finish(self, finish: Finish) -> bytes: ...

    def failure(self, error: GatewayError) -> bytes: ...


class StatelessReplies:
    def __init__(
        self, generation_factory: GenerationFactory, admissions: Admissions, heartbeat_s: float
    ) -> None:
        self._generation_factory = generation_factory
        self._admissions = admissions
        self._heartbeat_s = heartbeat_s

    async def whole(
        self, completion: CompletionRequest, request: ReplyRequest
    ) -> tuple[str, Finish, str]:
        """Returns the text, its finish and the model that answered.

        Raises LimitReached, TableUnavailable, SettingsError, and GatewayError for any failure.
        """
        reply = await self._reply(completion, request)
        return await reply.whole()

    async def stream(
        self, completion: CompletionRequest, request: ReplyRequest, wire: Wire
    ) -> AsyncGenerator[bytes, None]:
        """Returns the events once the reply has started. Raises as `whole` until then."""
        reply = await self._reply(completion, request)
        await reply.begin(wire, self._heartbeat_s)
        return reply.read(self._heartbeat_s)

    async def _reply(
        self, completion: CompletionRequest, request: ReplyRequest
    ) -> "StatelessReply":
        gateways, _ = await self._generation_factory.prepare()

        async def build() -> CompletionRequest:
            return completion

        admission = await self._admissions.admit(
            request.visitor, str(ULID()), build, request.remaining_s
        )
        await self._admissions.save(admission)
        generation = self._generation_factory.create(
            gateways, admission.completion, request.remaining_s
        )
        return StatelessReply(generation, admission, self._admissions)


class StatelessReply:
    """Call either `whole`, or `begin` and then `read`."""

    def __init__(
        self, generation: Generation, admission: Admission, admissions: Admissions
    ) -> None:
        self._generation = generation
        self._admission = admission
        self._admissions = admissions
        self._text: list[str] = []
        self._finish = Finish("stop", None)
        self._unbilled = False
        self._live = LiveReply()
        self._started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def whole(self) -> tuple[str, Finish, str]:
        try:
            async with aclosing(self._events()) as events:
                async for _ in events:
                    pass
        finally:
            self._settle()
        return "".join(self._text), self._finish, self._model_id

    async def begin(self, wire: Wire, patience_s: float) -> None:
        """Waits up to `patience_s` seconds for the first token. Raises GatewayError.

        Until it returns, a failure can still become an HTTP status.
        """
        task = self._task = asyncio.create_task(self._run(wire))
        # A callback, because the task may be cancelled before its first step.
        task.add_done_callback(lambda _: self._settle())
        started = asyncio.create_task(self._started.wait())
        try:
            await asyncio.wait(
                {task, started}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            started.cancel()
        if task.done():
            task.result()
        self._started.set()

    async def read(self, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
        """Yields the events. Closing it cancels the generation."""
        try:
            async with aclosing(self._live.read(heartbeat_s)) as events:
                async for event in events:
                    yield event
        finally:
            if self._task is not None:
                self._task.cancel()

    async def _run(self, wire: Wire) -> None:
        try:
            async with aclosing(self._events()) as events:
                async for event in events:
                    wire.answered_by(self._model_id)
                    written = (
                        wire.delta(event.text) if isinstance(event, Delta) else wire.finish(event)
                    )
                    self._live.publish(written)
                    self._started.set()
        except GatewayError as error:
            if not self._started.is_set():
                raise
            self._live.publish(wire.failure(error))
        finally:
            self._live.close()

    async def _events(self) -> AsyncGenerator[Delta | Finish, None]:
        try:
            async with aclosing(self._generation.events()) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        self._text.append(event.text)
                        yield event
                    elif isinstance(event, Finish):
                        self._finish = event
                        yield event
        except (GatewayRefused, GatewayUnavailable):
            self._unbilled = True
            raise

    @property
    def _model_id(self) -> str:
        return self._generation.attempt.completion.model

    def _settle(self) -> None:
        usage = self._finish.usage or self._admission.estimate("".join(self._text))
        self._admissions.settle_later(self._admission, usage, unbilled=self._unbilled)
