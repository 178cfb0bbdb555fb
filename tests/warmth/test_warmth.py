"""The meaning of a row of warmth as time passes."""

import time

import pytest

from shared.warmth.rows import was_cold
from shared.warmth.warmth import Warmth, WarmthMap, percentile


def warmth(**values: object) -> Warmth:
    return Warmth.from_item({"model": "m", "gateway": "g", **values})


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "unknown"),
        ({"seen": "warm", "token_at": -10}, "warm"),
        ({"seen": "warm", "token_at": -400}, "cold"),
        ({"seen": "warm", "token_at": -400, "lease_until": 10}, "loading"),
        ({"seen": "warm", "token_at": -10, "lease_until": 10}, "warm"),
        ({"seen": "down", "lease_until": -1}, "down"),
        ({"seen": "down", "lease_until": 10}, "loading"),
        ({"seen": "cold", "token_at": -10}, "cold"),
    ],
)
def test_state_depends_on_the_last_token_and_the_lease(
    values: dict[str, object], state: str
) -> None:
    now = time.time()
    times = {k: now + v for k, v in values.items() if isinstance(v, int)}
    assert warmth(**values | times).state == state


@pytest.mark.parametrize(
    ("samples", "percent", "value"),
    [([], 50, None), ([7], 95, 7), ([1, 2, 3, 4], 50, 2), ([*range(1, 101)], 95, 95)],
)
def test_percentile_uses_the_nearest_rank(
    samples: list[int], percent: int, value: int | None
) -> None:
    assert percentile(samples, percent) == value


def test_expected_time_of_a_cold_model_is_the_median_of_its_loads() -> None:
    times = {"first_tokens_ms": [100, 200, 300], "cold_loads_ms": [60_000, 90_000, 80_000]}
    assert warmth(**times, seen="cold").expected_ms == 80_000
    assert warmth(**times, seen="warm", token_at=time.time()).expected_ms == 200


@pytest.mark.parametrize(
    ("seen", "first_token_ms", "cold"),
    [("cold", 45_000, True), ("cold", 300, False), ("warm", 5000, False), ("warm", 45_000, True)],
)
def test_load_is_distinguished_from_a_slow_reply(
    seen: str, first_token_ms: int, cold: bool
) -> None:
    assert was_cold(warmth(seen=seen, token_at=time.time()), first_token_ms, 20) is cold


def test_warmest_gateway_counts() -> None:
    now = time.time()
    rows = WarmthMap(
        [
            Warmth("m", "a", seen="down"),
            Warmth("m", "b", seen="warm", token_at=now, first_tokens_ms=[900]),
            Warmth("n", "a", seen="warm", token_at=now, first_tokens_ms=[200]),
        ]
    )
    assert rows.best("m", ["a", "b"]).gateway == "b"
    assert rows.warmest(["m", "n"], ["a", "b"]) == "n"
    assert rows.warmest(["m"], ["a"]) is None
