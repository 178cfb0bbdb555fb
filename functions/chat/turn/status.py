"""What a person is told while nothing of the reply is there yet."""

import time
from collections.abc import Sequence
from typing import Any

from chat.generation.generation import Trying
from chat.generation.plan import Phase
from shared.warmth.warmth import WarmthMap

# After so long without a token even a model thought to be warm is probably being loaded.
WARMING_AFTER_S = 3.0


class Waiting:
    """The phases of one reply before its first token, each told once."""

    def __init__(self, warmths: WarmthMap, models: Sequence[str], gateways: Sequence[str]) -> None:
        self._warmths = warmths
        self._models = models
        self._gateways = gateways
        self._started = time.monotonic()
        self._asked = self._started
        self._trying: Trying | None = None
        self._told: tuple[Phase, int] | None = None

    def begins(self, trying: Trying) -> dict[str, Any] | None:
        self._trying = trying
        self._asked = time.monotonic()
        return self._tell(trying.phase)

    def goes_on(self) -> dict[str, Any] | None:
        """The data of a `status` event, if there is news."""
        if self._trying is None:
            return None
        cold = self._trying.attempt.warmth.state in ("cold", "loading")
        silent_s = time.monotonic() - self._asked
        return self._tell("warming" if cold or silent_s > WARMING_AFTER_S else "waiting")

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)

    def _tell(self, phase: Phase) -> dict[str, Any] | None:
        assert self._trying  # noqa: S101 - both callers have seen to it
        if self._told == (phase, self._trying.number):
            return None
        self._told = (phase, self._trying.number)
        attempt = self._trying.attempt
        return {
            "phase": phase,
            "model": attempt.request.model,
            "attempt": self._trying.number,
            "elapsed_ms": self.elapsed_ms,
            "eta_ms": self._eta_ms(),
            "warm_model": self._warm_model(),
        }

    def _eta_ms(self) -> int | None:
        assert self._trying  # noqa: S101
        expected = self._trying.attempt.warmth.expected_ms
        if expected is None:
            return None
        return max(0, expected - round((time.monotonic() - self._asked) * 1000))

    def _warm_model(self) -> str | None:
        """Another model that would answer at once, while this one would not."""
        assert self._trying  # noqa: S101
        warmth = self._trying.attempt.warmth
        if warmth.state == "warm":
            return None
        others = [model for model in self._models if model != warmth.model]
        return self._warmths.warmest(others, self._gateways)
