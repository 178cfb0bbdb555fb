"""python -m benchmarks.cold_start.versions OLD NEW: a cold start with two interpreters.

Build both interpreters the same way: their optimization matters more than their version.
"""

import argparse
import asyncio
from functools import partial

from benchmarks.cold_start.packages import install_ours
from benchmarks.cold_start.services import services
from benchmarks.cold_start.sides import Ours
from benchmarks.cold_start.trials import Trial, compare

RUNS = 25


async def measure(old: str, new: str, runs: int) -> None:
    async with services() as (folder, variables):
        first = Ours(install_ours(folder / "new", new), variables)
        second = Ours(install_ours(folder / "old", old), variables)
        print("| from process start until | | new | old | new / old |")
        print("|---|---|--:|--:|--:|")
        trials: list[tuple[str, Trial, Trial]] = [
            ("the first `/next`", first.start, second.start),
            (
                "the answer to `GET /api/start`",
                partial(first.first_answer, "GET", "/api/start"),
                partial(second.first_answer, "GET", "/api/start"),
            ),
            ("the first token of the first turn", first.first_token, second.first_token),
        ]
        for trial in trials:
            await compare(*trial, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", help="an interpreter, such as python3.13")
    parser.add_argument("new", help="another one, such as python3.14")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side, alternating")
    given = parser.parse_args()
    asyncio.run(measure(given.old, given.new, given.runs))


if __name__ == "__main__":
    main()
