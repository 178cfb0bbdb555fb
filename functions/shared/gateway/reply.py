"""Reads one reply from a gateway and keeps its timeouts."""

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

# How long to wait after the finish: for a frame with the usage, then for the end of the body. A
# gateway may log an earlier close as an abort.
USAGE_S = 2.0
END_S = 0.25


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds: until the first token, between tokens, and for the whole reply.

    Only tokens reset them, not comments or role frames.
    """

    first_token_s: float
    idle_s: float
    total_s: float = float("inf")


class Delta(NamedTuple):
    text: str


class Finish(NamedTuple):
    """`reason` is the gateway's, except "length", which some gateways report as "stop"."""

    reason: str
    usage: Usage | None


class ReplyReader:
    """`deadline` is the loop time at which the current timeout expires."""

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
        """Yields the deltas in `body`, until it ends or the reply is finished."""
        decoder = EventDecoder()
        # Kept until the first event: some servers answer with one JSON document instead.
        head: bytes | None = b""
        while (data := await self._next(body)) is not None:
            events = decoder.feed(data)
            if head is not None:
                head = None if events or len(head) > MAX_EVENT_BYTES else head + data
            for event in events:
                if text := self._take(event.data):
                    handed_over = self._loop.time()
                    yield Delta(text)
                    # Only the gateway's time counts, not the time that the caller takes.
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
        """Raises GatewayUnavailable or ReplyInterrupted when the reply was not finished."""
        if self._reason:
            cut = self._usage is not None and self._usage.completion >= self._max_tokens
            # ai-runner says "stop" even when max_tokens cut the reply.
            return Finish("length" if self._reason == "stop" and cut else self._reason, self._usage)
        raise self.broken(GatewayUnavailable("The gateway sent an empty reply. Try again."))

    def broken(self, error: GatewayError, outcome: BrokenOutcome = "truncated") -> GatewayError:
        """`error` before the first delta, ReplyInterrupted after it."""
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
            # The reply is complete; what comes after the finish may be lost.
            if self._reason:
                return None
            raise

    def _take(self, frame: str) -> str:
        """Returns the text of a frame that can be delivered."""
        if frame == DONE:
            self._reason = self._reason or "stop"
            self.deadline = self._within(END_S)
            return ""
        try:
            chunk = parse_chunk(frame)
        except FailureFrame:
            # A failure after the finish does not harm the reply.
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
