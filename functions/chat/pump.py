"""The pump: takes one reply from the gateway to its row, whoever is still watching.

It is a task of its own. A response that reads from it may end at any time: under uvicorn its
task is cancelled, on Lambda nobody even tells. The reply goes on, is saved and is settled.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any

from aws_lambda_powertools import Logger

from chat.events import ChunkWriter, named_event
from chat.live import LiveReply
from chat.messages import Message, Outcome
from chat.seam import Seam
from chat.thread import Thread
from shared.chunks import Usage
from shared.completion import CompletionRequest
from shared.gateway import Gateway
from shared.gateway_errors import GatewayError, GatewayRefused, ReplyInterrupted
from shared.reply import Clocks, Delta, Finish
from shared.table import ConditionFailed, TableUnavailable
from shared.tokens import estimate_prompt_tokens, estimate_tokens

logger = Logger(child=True)

CHECKPOINT_S = 1.0
CHECKPOINT_CHARACTERS = 1024
# After so long without a token a model is probably being loaded.
WARMING_AFTER_S = 3.0
SAVE_TRIES = 4


@dataclass(frozen=True, slots=True)
class Ending:
    outcome: Outcome
    finish_reason: str | None = None
    usage: Usage | None = None
    error: dict[str, str] | None = None


class Pump:
    """One run for one reply. A reply with content is continued where it ends."""

    def __init__(
        self,
        thread: Thread,
        reply: Message,
        request: CompletionRequest,
        gateway: Gateway,
        clocks: Clocks,
    ) -> None:
        self.live = LiveReply()
        self._thread = thread
        self._reply = replace(reply, model=request.model, gateway=gateway.name)
        self._request = request
        self._gateway = gateway
        self._clocks = clocks
        self._seam = Seam(reply.content)
        self._text = [reply.content]
        self._characters = self._saved_characters = len(reply.content)
        self._due = asyncio.Event()
        self._started = time.monotonic()
        self._first_token_ms: int | None = None
        self._phase = ""
        self._chunks = ChunkWriter(reply.id, request.model, reply.created_s)

    def begin(self, turn: Mapping[str, Any]) -> None:
        """Publishes the first events, so that a reader has them at once."""
        self.live.publish(named_event("turn", turn))
        self._say("connecting")

    async def run(self) -> None:
        """Runs to the end of the reply, whatever it is, and saves it."""
        try:
            ending = await self._watch(asyncio.create_task(self._generate()))
            reply = await self._save(ending)
            if reply.finish_reason and not reply.error:
                self.live.publish(self._chunks.finish(reply.finish_reason))
            self.live.publish(named_event("done", reply.ending()))
        finally:
            self.live.close()

    async def _generate(self) -> Ending:
        finish: Finish | None = None
        error: GatewayError | None = None
        try:
            async with aclosing(self._gateway.stream(self._request, self._clocks)) as events:
                async for event in events:
                    if isinstance(event, Delta):
                        self._deliver(self._seam.feed(event.text))
                    else:
                        finish = event
        except GatewayError as failure:
            error = failure
        self._deliver(self._seam.flush())
        if error:
            return _failed(error)
        if finish is None:
            return Ending("truncated")
        outcome: Outcome = "length" if finish.reason == "length" else "complete"
        return Ending(outcome, finish.reason, finish.usage)

    def _deliver(self, text: str) -> None:
        if not text:
            return
        if self._first_token_ms is None:
            self._first_token_ms = self._elapsed_ms()
        self._text.append(text)
        self._characters += len(text)
        self.live.publish(self._chunks.delta(text, self._characters))
        if self._characters - self._saved_characters >= CHECKPOINT_CHARACTERS:
            self._due.set()

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
                self._report()
                if await self._checkpoint():
                    generation.cancel()
                    await asyncio.wait({generation})
        if generation.cancelled():
            return Ending("stopped")
        if error := generation.exception():
            logger.error("reply failed", error=type(error).__name__)
            return Ending("error", error={"code": "internal", "message": _INTERNAL})
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
        reply = replace(
            self._reply,
            content="".join(self._text),
            status=ending.outcome,
            outcome=ending.outcome,
            finish_reason=ending.finish_reason,
            usage=asdict(ending.usage or self._estimate()),
            first_token_ms=self._first_token_ms,
            attempts=1,
            error=ending.error,
        )
        for attempt in range(SAVE_TRIES):
            try:
                await self._thread.finish(reply)
            except ConditionFailed:
                return reply
            except TableUnavailable:
                await asyncio.sleep(0.2 * 2**attempt)
            else:
                return reply
        logger.error("reply was not saved")
        error = {"code": "not_saved", "message": _NOT_SAVED}
        return replace(reply, outcome="interrupted", error=error)

    def _estimate(self) -> Usage:
        prompt = estimate_prompt_tokens(self._request.messages)
        completion = estimate_tokens("".join(self._text[1:]))
        return Usage(prompt, completion, prompt + completion, estimated=True)

    def _report(self) -> None:
        if self._first_token_ms is None:
            self._say("warming" if self._elapsed_ms() > WARMING_AFTER_S * 1000 else "waiting")

    def _say(self, phase: str) -> None:
        if phase == self._phase:
            return
        self._phase = phase
        status = {
            "phase": phase,
            "model": self._request.model,
            "attempt": 1,
            "elapsed_ms": self._elapsed_ms(),
            "eta_ms": None,
        }
        self.live.publish(named_event("status", status))

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


_INTERNAL = "Something went wrong on our side. Try again."
_NOT_SAVED = "The reply could not be saved. Copy it before you leave, then try again."


def _failed(error: GatewayError) -> Ending:
    if isinstance(error, ReplyInterrupted):
        return Ending(error.outcome, error={"code": "reply_interrupted", "message": str(error)})
    code = "gateway_refused" if isinstance(error, GatewayRefused) else "gateway_unavailable"
    return Ending("error", error={"code": code, "message": str(error)})
