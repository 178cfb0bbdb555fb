"""The pump: takes one reply from the gateway to its row, whoever is still watching.

It is a task of its own. A response that reads from it may end at any time: under uvicorn its
task is cancelled, on Lambda nobody even tells. The reply goes on, is saved and is settled.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from chat.conversation.message import MAX_CONTENT_BYTES, Message
from chat.conversation.thread import Thread
from chat.generation.generation import Generation, Trying
from chat.limits.admission import Admission, Admissions
from chat.turn.continuation import Seam
from chat.turn.events import ChunkWriter, named_event
from chat.turn.live import LiveReply
from chat.turn.outcome import FULL, STOPPED, Ending, failed, finished
from chat.turn.status import Waiting
from chat.turn.telemetry import count_reply
from shared.gateway.chunks import Usage
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Delta
from shared.log import logger
from shared.table.table import ConditionFailed, TableUnavailable

CHECKPOINT_S = 1.0
CHECKPOINT_CHARACTERS = 1024
SAVE_TRIES = 4

_NOT_SAVED = "The reply could not be saved. Copy it before you leave, then try again."


class Pump:
    """One run for one reply. A reply with content is continued where it ends."""

    def __init__(
        self,
        thread: Thread,
        reply: Message,
        generation: Generation,
        waiting: Waiting,
        admission: Admission,
        admissions: Admissions,
    ) -> None:
        self.live = LiveReply()
        self._thread = thread
        self._reply = reply
        self._generation = generation
        self._waiting = waiting
        self._admission = admission
        self._admissions = admissions
        self._seam = Seam(reply.content)
        self._text = [reply.content]
        self._characters = self._saved_characters = len(reply.content)
        self._room = max(0, MAX_CONTENT_BYTES - len(reply.content.encode()))
        self._due = asyncio.Event()
        self._first_token_ms: int | None = None
        self._chunks: ChunkWriter | None = None

    def begin(self, turn: Mapping[str, Any]) -> None:
        """Publishes the first event, so that a reader has it at once."""
        self.live.publish(named_event("turn", turn))

    async def run(self) -> None:
        """Runs to the end of the reply, whatever it is, saves and settles it."""
        try:
            ending = await self._watch(asyncio.create_task(self._generate()))
            reply = await self._save(ending)
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
                    if isinstance(event, Trying):
                        self._tell(self._waiting.begins(event))
                    elif isinstance(event, Delta):
                        self._deliver(self._seam.feed(event.text))
                        if not self._room:
                            return FULL
                    else:
                        ending = finished(event)
        except GatewayError as error:
            ending = failed(error)
        self._deliver(self._seam.flush())
        return ending

    def _deliver(self, text: str) -> None:
        data = text.encode()
        if len(data) > self._room:
            text = data[: self._room].decode(errors="ignore")
        self._room = max(0, self._room - len(data))
        if not text:
            return
        if self._first_token_ms is None:
            self._first_token_ms = self._waiting.elapsed_ms
        self._text.append(text)
        self._characters += len(text)
        self.live.publish(self._writer.delta(text, self._characters))
        if self._characters - self._saved_characters >= CHECKPOINT_CHARACTERS:
            self._due.set()

    @property
    def _writer(self) -> ChunkWriter:
        """Made with the first token: which model answers is not known before."""
        if self._chunks is None:
            model = self._generation.attempt.request.model
            self._chunks = ChunkWriter(self._reply.id, model, self._reply.created_s)
        return self._chunks

    async def _watch(self, generation: "asyncio.Task[Ending]") -> Ending:
        """Saves what there is every second or kilobyte until the generation ends or is stopped."""
        while not generation.done():
            due = asyncio.create_task(self._due.wait())
            await asyncio.wait(
                {generation, due}, timeout=CHECKPOINT_S, return_when=asyncio.FIRST_COMPLETED
            )
            due.cancel()
            self._due.clear()
            if not generation.done():
                if self._first_token_ms is None:
                    self._tell(self._waiting.goes_on())
                if await self._checkpoint():
                    generation.cancel()
                    await asyncio.wait({generation})
        if generation.cancelled():
            return STOPPED
        if error := generation.exception():
            logger.error("reply failed", error=type(error).__name__)
            return failed(error)
        return generation.result()

    async def _checkpoint(self) -> bool:
        """True when the reply is to be stopped."""
        self._saved_characters = self._characters
        try:
            row = await self._thread.checkpoint(self._reply, "".join(self._text))
        except ConditionFailed:
            # The row was deleted, or ended by someone else after its lease ran out.
            return True
        except TableUnavailable:
            logger.warning("checkpoint failed")
            return False
        return row.stop_requested

    async def _save(self, ending: Ending) -> Message:
        """The reply as it is told to its readers: as it was saved, or that it was not."""
        attempt = self._generation.attempt
        reply = replace(
            self._reply,
            content="".join(self._text),
            status=ending.outcome,
            outcome=ending.outcome,
            finish_reason=ending.finish_reason,
            usage=self._usage(ending)._asdict(),
            first_token_ms=self._first_token_ms,
            attempts=self._generation.attempts,
            gateway=attempt.gateway.name,
            model=attempt.request.model,
            error=ending.error,
        )
        for tried in range(SAVE_TRIES):
            try:
                if await self._finish(reply):
                    return reply
                break
            except TableUnavailable:
                await asyncio.sleep(0.2 * 2**tried)
        logger.error("reply was not saved")
        error = {"code": "not_saved", "message": _NOT_SAVED}
        return replace(reply, outcome="interrupted", error=error)

    async def _finish(self, reply: Message) -> bool:
        """False when another pump has taken the reply over."""
        try:
            await self._thread.finish(reply)
        except ConditionFailed:
            row = await self._thread.reply(reply.id)
            # Deleted, or saved by a try before this one that was not answered.
            return row is None or row.run == reply.run
        return True

    async def _settle(self, reply: Message, ending: Ending) -> dict[str, Any] | None:
        """The user's budget afterwards, None when it cannot be told."""
        generation = self._generation
        listed = generation.attempt.listed
        count_reply(reply, cold=generation.cold, failovers=generation.failovers, listed=listed)
        try:
            standing = await self._admissions.settle(
                self._admission, self._usage(ending), unasked=ending.unasked
            )
            return standing.to_json()
        except TableUnavailable:
            # What is left is settled by the user's next reply.
            logger.warning("reservation not settled")
            return None

    def _usage(self, ending: Ending) -> Usage:
        # The first piece is what the reply had before.
        return ending.usage or self._admission.estimate("".join(self._text[1:]))

    def _tell(self, status: dict[str, Any] | None) -> None:
        if status is not None:
            self.live.publish(named_event("status", status))
