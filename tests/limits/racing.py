"""Racers in threads, each with a loop and a connection of its own, as Lambda environments have."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from shared.table.table import Table
from tests.api.server import open_table
from tests.table.local_table import TestTable

T = TypeVar("T")

RACERS = 64
TRIALS = 10

# Nothing is measured against it: it turns a hanging race into a red one.
PATIENCE_S = 120

Work = Callable[[Table, int, int], Awaitable[T]]


def race(table: TestTable, work: Work[T]) -> Iterator[list[T]]:
    """For each trial what the racers got; `work` gets a table, the trial and the racer."""
    barrier = threading.Barrier(RACERS)

    async def trials(racer: int) -> list[T]:
        opened = open_table(table)
        got = []
        try:
            for trial in range(TRIALS):
                barrier.wait(PATIENCE_S)
                got.append(await work(opened, trial, racer))
        except BaseException:
            # The others would wait for this racer.
            barrier.abort()
            raise
        finally:
            await opened.close()
        return got

    with ThreadPoolExecutor(RACERS) as threads:
        results = list(threads.map(lambda racer: asyncio.run(trials(racer)), range(RACERS)))
    return (list(trial) for trial in zip(*results, strict=True))
