"""Generates one reply: tries the planned gateways in order until one sends a token."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from chat.generation.attempt import Attempt, Phase
from chat.generation.warmth_cache import WarmthCache
from shared.gateway.errors import GatewayError, GatewayUnavailable
from shared.gateway.reply import Clocks, Delta, Finish
from shared.log import logger
from shared.warmth.rows import was_cold

# Jitter shortens each pause by up to half, to avoid retry storms.
BACKOFF_S = 0.5
MAX_BACKOFF_S = 4.0

# Skip a gateway whose Retry-After exceeds this.
MAX_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """`number` counts from 1."""

    phase: Phase
    number: int
    attempt: Attempt


Events = AsyncGenerator[AttemptStarted | Delta | Finish, None]


class Generation:
    """Never switches gateways once one has sent a token.

    `attempt` is the current one, `attempts` the number started so far.
    """

    def __init__(
        self,
        attempts: Sequence[Attempt],
        warmth_cache: WarmthCache,
        clocks: Clocks,
        warm_limit_s: float,
    ) -> None:
        self.attempt = attempts[0]
        self.attempts = 0
        self.failovers = 0
        self.cold = False
        self._plan = attempts
        self._warmth_cache = warmth_cache
        self._clocks = clocks
        self._warm_limit_s = warm_limit_s
        self._started_at = time.monotonic()

    async def events(self) -> Events:
        """Use it within `contextlib.aclosing`. Raises the last attempt's GatewayError."""
        failure: GatewayError | None = None
        for number, attempt in enumerate(self._plan):
            if not await self._may_try(attempt):
                continue
            if failure and not await self._pause(failure, attempt, number):
                continue
            self._start(attempt)
            phase = attempt.phase if failure else "connecting"
            yield AttemptStarted(phase, self.attempts, attempt)
            delivered = False
            try:
                async with aclosing(self._stream(attempt)) as events:
                    async for event in events:
                        delivered = True
                        yield event
                return
            except GatewayError as error:
                _log(attempt, error)
                if delivered or not isinstance(error, GatewayUnavailable):
                    raise
                failure = error
                await self._warmth_cache.record_failure(attempt.warmth, error)
        raise failure or self._all_skipped()

    async def _stream(self, attempt: Attempt) -> AsyncGenerator[Delta | Finish, None]:
        asked_at = time.monotonic()
        clocks = replace(self._clocks, first_token_s=attempt.first_token_s, total_s=self._left_s())
        recording: asyncio.Task[None] | None = None
        async with aclosing(attempt.gateway.stream(attempt.completion, clocks)) as events:
            async for event in events:
                if recording is None and isinstance(event, Delta):
                    first_token_ms = round((time.monotonic() - asked_at) * 1000)
                    self.cold = was_cold(attempt.warmth, first_token_ms, self._warm_limit_s)
                    recording = asyncio.create_task(
                        self._warmth_cache.record_first_token(attempt.warmth, first_token_ms)
                    )
                if recording and isinstance(event, Finish):
                    await recording
                yield event

    def _start(self, attempt: Attempt) -> None:
        previous, self.attempt = self.attempt, attempt
        self.attempts += 1
        moved = (previous.gateway, previous.completion.model) != (
            attempt.gateway,
            attempt.completion.model,
        )
        self.failovers += moved and self.attempts > 1

    async def _may_try(self, attempt: Attempt) -> bool:
        return await self._warmth_cache.may_ask(attempt.completion.model, attempt.gateway.name)

    async def _pause(self, failure: GatewayError, attempt: Attempt, number: int) -> bool:
        """Backs off before the next attempt. False when the attempt must be skipped."""
        pause = min(MAX_BACKOFF_S, BACKOFF_S * 2 ** (number - 1)) * random.uniform(0.5, 1)  # noqa: S311
        retry_after = getattr(failure, "retry_after", None) or 0
        if attempt.gateway is self.attempt.gateway:
            if retry_after > MAX_PAUSE_S:
                return False
            pause = max(pause, retry_after)
        if pause > self._left_s():
            return False
        await asyncio.sleep(pause)
        return True

    def _left_s(self) -> float:
        return self._clocks.total_s - (time.monotonic() - self._started_at)

    def _all_skipped(self) -> GatewayUnavailable:
        waits = [
            self._warmth_cache.open_for_s(each.completion.model, each.gateway.name)
            for each in self._plan
        ]
        return GatewayUnavailable(
            "This model has failed several times in a row, so it is left alone for a moment. Try"
            " again in half a minute, or choose another model.",
            retry_after=max(1.0, min(waits)),
        )


def _log(attempt: Attempt, error: GatewayError) -> None:
    """The error's message is ours and quotes nothing that the gateway sent."""
    logger.warning(
        "attempt failed",
        gateway=attempt.gateway.name,
        model=attempt.completion.model,
        error=type(error).__name__,
        failure=str(error),
    )
