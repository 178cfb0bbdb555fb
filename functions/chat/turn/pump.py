"""The pump streams one reply from the gateway and saves checkpoints.

It is a separate task and keeps running when the client disconnects: under uvicorn the response's
task is cancelled, and Lambda does not report a disconnect at all. Either way the reply
continues, is saved and is settled.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.generation.generation import AttemptStarted, Generation
from chat.limits.admission import Admission, Admissions
from chat.turn.continuation import Continuation
from chat.turn.events import ChunkWriter, named_event
from chat.turn.live import LiveReply
from chat.turn.metrics import count_reply
from chat.turn.outcome import FULL, STOPPED, Ending, failed, finished
from chat.turn.reply_text import ReplyText
from chat.turn.save import ReplyRow
from chat.turn.status import WaitingStatus
from shared.gateway.chunks import Usage
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Delta
from shared.log import logger
from shared.table.table import TableUnavailable

CHECKPOINT_S = 1.0
CHECKPOINT_CHARACTERS = 1024


class Pump:
    """One run of one reply. Continues a reply that already has content."""

    def __init__(
        self,
        thread: Thread,
        reply: Message,
        generation: Generation,
        status: WaitingStatus,
        admission: Admission,
        admissions: Admissions,
    ) -> None:
        self.live = LiveReply()
        self._reply = reply
        self._row = ReplyRow(thread, reply)
        self._generation = generation
        self._status = status
        self._admission = admission
        self._admissions = admissions
        self._continuation = Continuation(reply.content)
        self._text = ReplyText(reply.content)
        self._saved_characters = self._text.characters
        self._checkpoint_due = asyncio.Event()
        self._first_token_ms: int | None = None
        self._chunks: ChunkWriter | None = None

    def begin(self, turn: Mapping[str, Any]) -> None:
        """Publishes the first event before `run`, so that a reader gets it at once."""
        self.live.publish(named_event("turn", turn))

    async def run(self) -> None:
        """Streams the reply to its end, saves it and settles it."""
        try:
            ending = await self._watch(asyncio.create_task(self._generate()))
            reply = await self._row.finish(self._ended(ending))
            budget = await self._settle(reply, ending)
            if reply.finish_reason and not reply.error:
                self.live.publish(self._writer.finish(reply.finish_reason))
            self.live.publish(named_event("done", {**reply.ending(), "budget": budget}))
        finally:
            self.live.close()

    async def _generate(self) -> Ending:
        ending = Ending("truncated")
        try:
            async with aclosing(self._generation.events()) as events:
                async for event in events:
                    if isinstance(event, AttemptStarted):
                        self._publish_status(self._status.attempt_started(event))
                    elif isinstance(event, Delta):
                        self._deliver(self._continuation.feed(event.text))
                        if self._text.full:
                            return FULL
                    else:
                        ending = finished(event)
        except GatewayError as error:
            ending = failed(error)
        self._deliver(self._continuation.flush())
        return ending

    def _deliver(self, text: str) -> None:
        text = self._text.append(text)
        if not text:
            return
        if self._first_token_ms is None:
            self._first_token_ms = self._status.elapsed_ms
        self.live.publish(self._writer.delta(text, self._text.characters))
        if self._text.characters - self._saved_characters >= CHECKPOINT_CHARACTERS:
            self._checkpoint_due.set()

    @property
    def _writer(self) -> ChunkWriter:
        """Created with the first token, because a fallback model may be the one that answers."""
        if self._chunks is None:
            model = self._generation.attempt.completion.model
            self._chunks = ChunkWriter(self._reply.id, model, self._reply.created_s)
        return self._chunks

    async def _watch(self, generation: "asyncio.Task[Ending]") -> Ending:
        """Saves a checkpoint every second or kilobyte until the generation ends or must stop."""
        while not generation.done():
            due = asyncio.create_task(self._checkpoint_due.wait())
            await asyncio.wait(
                {generation, due}, timeout=CHECKPOINT_S, return_when=asyncio.FIRST_COMPLETED
            )
            due.cancel()
            self._checkpoint_due.clear()
            if not generation.done():
                if self._first_token_ms is None:
                    self._publish_status(self._status.still_waiting())
                self._saved_characters = self._text.characters
                if await self._row.checkpoint(self._text.whole):
                    generation.cancel()
                    await asyncio.wait({generation})
        if generation.cancelled():
            return STOPPED
        if error := generation.exception():
            logger.error("reply failed", error=type(error).__name__)
            return failed(error)
        return generation.result()

    def _ended(self, ending: Ending) -> Message:
        attempt = self._generation.attempt
        return replace(
            self._reply,
            content=self._text.whole,
            status=ending.outcome,
            outcome=ending.outcome,
            finish_reason=ending.finish_reason,
            usage=self._usage(ending)._asdict(),
            first_token_ms=self._first_token_ms,
            attempts=self._generation.attempts,
            gateway=attempt.gateway.name,
            model=attempt.completion.model,
            error=ending.error,
        )

    async def _settle(self, reply: Message, ending: Ending) -> dict[str, Any] | None:
        """The user's budget afterwards, None when it is unknown."""
        generation = self._generation
        listed = generation.attempt.listed
        count_reply(reply, cold=generation.cold, failovers=generation.failovers, listed=listed)
        try:
            usage = await self._admissions.settle(
                self._admission, self._usage(ending), unbilled=ending.unbilled
            )
            return usage.to_json()
        except TableUnavailable:
            # The user's next reply settles this reservation.
            logger.warning("reservation not settled")
            return None

    def _usage(self, ending: Ending) -> Usage:
        return ending.usage or self._admission.estimate(self._text.added)

    def _publish_status(self, status: dict[str, Any] | None) -> None:
        if status is not None:
            self.live.publish(named_event("status", status))
