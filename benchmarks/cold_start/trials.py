"""Runs two sides alternately, and prints the medians and their ratio."""

from collections.abc import Awaitable, Callable, Sequence
from statistics import median

from benchmarks.cold_start.process import Used

Trial = Callable[[], Awaitable[Used]]


async def compare(name: str, first: Trial, second: Trial, runs: int) -> None:
    """Print rows of a table: name, kind, first, second, first / second."""
    # Drop the first pair, which warms the files, the table and the gateway.
    pairs = [[await first(), await second()] for _ in range(runs + 1)][1:]
    _report(name, pairs)


def _report(name: str, pairs: Sequence[Sequence[Used]]) -> None:
    for kind, unit, field in (
        ("CPU", "ms", "cpu_ms"),
        ("wall", "ms", "wall_ms"),
        ("peak RSS", "MB", "peak_mb"),
    ):
        left, right = (median(getattr(pair[side], field) for pair in pairs) for side in (0, 1))
        print(f"| {name} | {kind} | {left:.0f} {unit} | {right:.0f} {unit} | {left / right:.2f} |")
