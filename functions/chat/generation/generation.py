"""One reply from whichever gateway gives it."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from chat.generation.plan import Attempt, Phase
from chat.generation.warmth_cache import Climate
from shared.gateway.errors import GatewayError, GatewayUnavailable
from shared.gateway.reply import Clocks, Delta, Finish
from shared.log import logger
from shared.warmth.rows import was_cold

# Half of it at least, so that callers who failed together do not come back together.
BACKOFF_S = 0.5
MOST_BACKOFF_S = 4.0

# A gateway that asks for a longer pause is passed over.
MOST_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Trying:
    """An attempt begins, as the `number`th."""

    phase: Phase
    number: int
    attempt: Attempt


Events = AsyncGenerator[Trying | Delta | Finish, None]


class Generation:
    """Works through its attempts until one yields a token; from then on it stays with it.

    `attempt` is the one under way, `attempts` how many there were.
    """

    def __init__(
        self, attempts: Sequence[Attempt], climate: Climate, clocks: Clocks, warm_limit_s: float
    ) -> None:
        self.attempt = attempts[0]
        self.attempts = 0
        self.failovers = 0
        self.cold = False
        self._plan = attempts
        self._climate = climate
        self._clocks = clocks
        self._warm_limit_s = warm_limit_s
        self._started = time.monotonic()

    async def events(self) -> Events:
        """Use it within `contextlib.aclosing`. Raises GatewayError, the last attempt's."""
        failure: GatewayError | None = None
        for number, attempt in enumerate(self._plan):
            if not await self._may_try(attempt):
                continue
            if failure and not await self._pause(failure, attempt, number):
                continue
            self._begin(attempt)
            yield Trying(attempt.phase if failure else "connecting", self.attempts, attempt)
            begun = False
            try:
                async with aclosing(self._ask(attempt)) as events:
                    async for event in events:
                        begun = True
                        yield event
                return
            except GatewayError as error:
                _log(attempt, error)
                if begun or not isinstance(error, GatewayUnavailable):
                    raise
                failure = error
                await self._climate.failed(attempt.warmth, error)
        raise failure or self._closed()

    async def _ask(self, attempt: Attempt) -> AsyncGenerator[Delta | Finish, None]:
        asked = time.monotonic()
        clocks = replace(self._clocks, first_token_s=attempt.first_token_s, total_s=self._left_s())
        teaching: asyncio.Task[None] | None = None
        async with aclosing(attempt.gateway.stream(attempt.request, clocks)) as events:
            async for event in events:
                if teaching is None and isinstance(event, Delta):
                    first_token_ms = round((time.monotonic() - asked) * 1000)
                    self.cold = was_cold(attempt.warmth, first_token_ms, self._warm_limit_s)
                    teaching = asyncio.create_task(
                        self._climate.answered(attempt.warmth, first_token_ms)
                    )
                if teaching and isinstance(event, Finish):
                    await teaching
                yield event

    def _begin(self, attempt: Attempt) -> None:
        before, self.attempt = self.attempt, attempt
        self.attempts += 1
        moved = (before.gateway, before.request.model) != (attempt.gateway, attempt.request.model)
        self.failovers += moved and self.attempts > 1

    async def _may_try(self, attempt: Attempt) -> bool:
        return await self._climate.may_ask(attempt.request.model, attempt.gateway.name)

    async def _pause(self, failure: GatewayError, attempt: Attempt, number: int) -> bool:
        """Waits before the next attempt; False when there is no time for that, or that gateway
        wants to be left alone.
        """
        pause = min(MOST_BACKOFF_S, BACKOFF_S * 2 ** (number - 1)) * random.uniform(0.5, 1)  # noqa: S311
        asked = getattr(failure, "retry_after", None) or 0
        if attempt.gateway is self.attempt.gateway:
            if asked > MOST_PAUSE_S:
                return False
            pause = max(pause, asked)
        if pause > self._left_s():
            return False
        await asyncio.sleep(pause)
        return True

    def _left_s(self) -> float:
        return self._clocks.total_s - (time.monotonic() - self._started)

    def _closed(self) -> GatewayUnavailable:
        waits = [
            self._climate.closed_for_s(each.request.model, each.gateway.name) for each in self._plan
        ]
        return GatewayUnavailable(
            "This model has failed several times in a row, so it is left alone for a moment. Try"
            " again in half a minute, or choose another model.",
            retry_after=max(1.0, min(waits)),
        )


def _log(attempt: Attempt, error: GatewayError) -> None:
    """The sentence holds nothing that the gateway sent."""
    logger.warning(
        "attempt failed",
        gateway=attempt.gateway.name,
        model=attempt.request.model,
        error=type(error).__name__,
        failure=str(error),
    )
