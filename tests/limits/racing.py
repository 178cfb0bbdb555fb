"""Racers in threads, each with its own loop and connections, like Lambda environments."""

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

# Only makes a hanging race fail.
PATIENCE_S = 120

Work = Callable[[Table, int, int], Awaitable[T]]


def race(table: TestTable, work: Work[T]) -> Iterator[list[T]]:
    """Yield the racers' results of each trial. `work` gets a table, the trial and the racer."""
    barrier = threading.Barrier(RACERS)

    async def trials(racer: int) -> list[T]:
        opened = open_table(table)
        results_of_racer = []
        try:
            for trial in range(TRIALS):
                barrier.wait(PATIENCE_S)
                results_of_racer.append(await work(opened, trial, racer))
        except BaseException:
            # The other racers would wait for this one.
            barrier.abort()
            raise
        finally:
            await opened.close()
        return results_of_racer

    with ThreadPoolExecutor(RACERS) as threads:
        results = list(threads.map(lambda racer: asyncio.run(trials(racer)), range(RACERS)))
    return (list(trial) for trial in zip(*results, strict=True))
