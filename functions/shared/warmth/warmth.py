"""Warmth: whether a model is loaded on a gateway, and how long its first token takes."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.table.attributes import Item

State = Literal["warm", "loading", "cold", "down", "unknown"]

# Best first: among several gateways the warmest counts.
_STATES: tuple[State, ...] = ("warm", "loading", "cold", "down", "unknown")

# Ollama, which most orchestrators run, unloads a model this long after its last token.
LOADED_S = 300.0
SAMPLES = 50

# A model believed to be cold that answers faster than this was in fact loaded.
MIN_COLD_MS = 2000


@dataclass(frozen=True, slots=True)
class Warmth:
    """One model on one gateway. Times in seconds since 1970, samples oldest first.

    `seen` is the result of the last attempt. `used_at` is the last use by a person, `token_at` the
    last token for anybody. `failures` in a row open the breaker until `open_until`; then one caller
    probes.
    """

    model: str
    gateway: str
    seen: State = "unknown"
    error: str = ""
    checked_at: float = 0
    token_at: float = 0
    used_at: float = 0
    visited_at: float = 0
    lease_until: float = 0
    lease_take: str = ""
    created_at: float = field(default_factory=time.time)
    first_tokens_ms: Sequence[int] = ()
    cold_loads_ms: Sequence[int] = ()
    failures: int = 0
    open_until: float = 0
    probe_until: float = 0

    @classmethod
    def from_item(cls, item: Item) -> "Warmth":
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    @property
    def state(self) -> State:
        now = time.time()
        if self.seen == "warm" and now - self.token_at < LOADED_S:
            return "warm"
        if self.lease_until > now:
            return "loading"
        # A model that was warm has been unloaded since.
        return "cold" if self.seen == "warm" else self.seen

    @property
    def expected_ms(self) -> int | None:
        """The expected time from the request to the first token."""
        warm = self.state == "warm"
        return percentile(self.first_tokens_ms if warm else self.cold_loads_ms, 50)

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "first_token_ms": percentile(self.first_tokens_ms, 50),
            "first_token_p95_ms": percentile(self.first_tokens_ms, 95),
            "cold_load_ms": percentile(self.cold_loads_ms, 50),
            "checked_at": iso(self.checked_at),
            "error": self.error or None,
        }


class WarmthMap:
    """All warmth rows, by model and gateway."""

    def __init__(self, rows: Iterable[Warmth] = ()) -> None:
        self._rows: Mapping[tuple[str, str], Warmth] = {(r.model, r.gateway): r for r in rows}

    def of(self, model: str, gateway: str) -> Warmth:
        return self._rows.get((model, gateway)) or Warmth(model, gateway)

    def best(self, model: str, gateways: Iterable[str]) -> Warmth:
        """The row of the gateway where the model is warmest."""
        return min((self.of(model, each) for each in gateways), key=_coldness)

    def warmest(self, models: Iterable[str], gateways: Sequence[str]) -> str | None:
        """The warm model that answers soonest, None if there is no warm one."""
        rows = [self.best(model, gateways) for model in models]
        warm = [each for each in rows if each.state == "warm"]
        return min(warm, key=lambda each: each.expected_ms or 0).model if warm else None


def _coldness(warmth: Warmth) -> int:
    return _STATES.index(warmth.state)


def percentile(samples: Sequence[int], percent: int) -> int | None:
    """Nearest-rank percentile."""
    if not samples:
        return None
    rank = -(-len(samples) * percent // 100)
    return sorted(samples)[rank - 1]


def iso(seconds: float) -> str | None:
    if not seconds:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
