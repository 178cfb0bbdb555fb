"""`status` events: what users see before the first token."""

import time
from collections.abc import Sequence
from typing import Any

from chat.generation.attempt import Phase
from chat.generation.generation import AttemptStarted
from shared.warmth.warmth import WarmthMap

# A model that stays silent for this long is probably loading, even if its row says warm.
WARMING_AFTER_S = 3.0


class WaitingStatus:
    """Reports each phase of one reply once, until its first token."""

    def __init__(
        self, warmths: WarmthMap, model_ids: Sequence[str], gateway_names: Sequence[str]
    ) -> None:
        self._warmths = warmths
        self._model_ids = model_ids
        self._gateway_names = gateway_names
        self._started_at = time.monotonic()
        self._attempt_at = self._started_at
        self._current: AttemptStarted | None = None
        self._reported: tuple[Phase, int] | None = None

    def attempt_started(self, started: AttemptStarted) -> dict[str, Any] | None:
        self._current = started
        self._attempt_at = time.monotonic()
        return self._event(started, started.phase)

    def still_waiting(self) -> dict[str, Any] | None:
        """The data of a `status` event, None if nothing has changed."""
        if self._current is None:
            return None
        cold = self._current.attempt.warmth.state in ("cold", "loading")
        silent_s = time.monotonic() - self._attempt_at
        warming = cold or silent_s > WARMING_AFTER_S
        return self._event(self._current, "warming" if warming else "waiting")

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started_at) * 1000)

    def _event(self, current: AttemptStarted, phase: Phase) -> dict[str, Any] | None:
        if self._reported == (phase, current.number):
            return None
        self._reported = (phase, current.number)
        return {
            "phase": phase,
            "model": current.attempt.completion.model,
            "attempt": current.number,
            "elapsed_ms": self.elapsed_ms,
            "eta_ms": self._eta_ms(current),
            "warm_model": self._warm_model(current),
        }

    def _eta_ms(self, current: AttemptStarted) -> int | None:
        expected = current.attempt.warmth.expected_ms
        if expected is None:
            return None
        return max(0, expected - round((time.monotonic() - self._attempt_at) * 1000))

    def _warm_model(self, current: AttemptStarted) -> str | None:
        """Another model that would answer at once while this one is cold."""
        warmth = current.attempt.warmth
        if warmth.state == "warm":
            return None
        others = [model for model in self._model_ids if model != warmth.model]
        return self._warmths.warmest(others, self._gateway_names)
