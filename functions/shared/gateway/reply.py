"""One reply as it is read from a gateway: its clocks, and what is known of it so far."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from shared.gateway.chat_template import TemplatePrefix
from shared.gateway.chunks import DONE, FailureFrame, Usage, parse_chunk
from shared.gateway.errors import (
    NOT_A_GATEWAY,
    BrokenOutcome,
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    ReplyInterrupted,
)
from shared.gateway.sse import MAX_EVENT_BYTES, EventDecoder

# Once the reply is finished: how long a frame with its usage, then the end of the body, may take.
# Reading to the end lets the connection be used again.
USAGE_S = 2.0
END_S = 0.25


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds: until the first token, between tokens, and for the whole reply.

    Only tokens count. Comments, role frames and other signs of life stop no clock.
    """

    first_token_s: float
    idle_s: float
    total_s: float = float("inf")


class Delta(NamedTuple):
    text: str


class Finish(NamedTuple):
    """`reason` is the gateway's, except that "length" is inferred where it only says "stop"."""

    reason: str
    usage: Usage | None


class ReplyReader:
    """Reads one reply. `deadline` is the loop time by which something must come next."""

    def __init__(self, clocks: Clocks, max_tokens: int) -> None:
        self._clocks = clocks
        self._max_tokens = max_tokens
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + clocks.total_s
        self._prefix = TemplatePrefix()
        self._begun = False
        self._reason = ""
        self._usage: Usage | None = None
        self.deadline = self._within(clocks.first_token_s)

    async def read(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Delta, None]:
        """Yields the deltas in `body`, to its end or until the reply is known to be finished."""
        decoder = EventDecoder()
        # Kept until the first event, for a server that answers with one JSON document instead.
        head: bytes | None = b""
        while (data := await self._next(body)) is not None:
            events = decoder.feed(data)
            if head is not None:
                head = None if events or len(head) > MAX_EVENT_BYTES else head + data
            for event in events:
                if text := self._take(event.data):
                    handed_over = self._loop.time()
                    yield Delta(text)
                    # The clocks are for the gateway: they stand still while the caller is busy.
                    self.deadline = self._within(self.deadline - handed_over)
        last = [event.data for event in decoder.close()]
        if head is not None and not last:
            last = _document(head)
        for frame in last:
            if text := self._take(frame):
                yield Delta(text)
        if text := self._prefix.flush():
            self._begun = True
            yield Delta(text)

    def finish(self) -> Finish:
        """How the reply ended. Raises GatewayUnavailable or ReplyInterrupted if it did not."""
        if self._reason:
            cut = self._usage is not None and self._usage.completion >= self._max_tokens
            # ai-runner says "stop" even when max_tokens cut the reply.
            return Finish("length" if self._reason == "stop" and cut else self._reason, self._usage)
        raise self.broken(GatewayUnavailable("The gateway sent an empty reply. Try again."))

    def broken(self, error: GatewayError, outcome: BrokenOutcome = "truncated") -> GatewayError:
        """`error` while nothing was delivered; afterwards the reply was interrupted."""
        return ReplyInterrupted(outcome) if self._begun else error

    def timed_out(self) -> GatewayError:
        if self._loop.time() >= self._end:
            return ReplyInterrupted("interrupted")
        return self.broken(
            GatewayUnavailable(
                "No token came in time: the model may still be loading. Try again in a minute, or"
                " choose another model.",
                silent=True,
            )
        )

    async def _next(self, body: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout_at(self.deadline):
                return await anext(body, None)
        except (TimeoutError, httpx.RequestError):
            # What comes after the finish may be lost: the reply is whole.
            if self._reason:
                return None
            raise

    def _take(self, frame: str) -> str:
        """The text of one frame that can be delivered."""
        if frame == DONE:
            self._reason = self._reason or "stop"
            self.deadline = self._within(END_S)
            return ""
        try:
            chunk = parse_chunk(frame)
        except FailureFrame:
            # What fails after the finish took nothing from the reply.
            if self._reason:
                return ""
            raise
        self._usage = chunk.usage or self._usage
        if self._reason:
            return ""
        if chunk.finish_reason:
            self._reason = chunk.finish_reason
            self.deadline = self._within(USAGE_S)
        elif chunk.text or chunk.thinking:
            self.deadline = self._within(self._clocks.idle_s)
        text = self._prefix.feed(chunk.text)
        self._begun = self._begun or bool(text)
        return text

    def _within(self, seconds: float) -> float:
        return min(self._loop.time() + seconds, self._end)


def _document(body: bytes) -> list[str]:
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        raise GatewayRefused(NOT_A_GATEWAY)
    return [text] if text else []
