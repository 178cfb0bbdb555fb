import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from local.event_queue import EventQueue
from local.function import Function
from local.scheduler import scheduling
from local.template import EventPolicy, Schedule
from tests.local.conftest import PLAIN_FUNCTION, definition
from tests.local.polling import until


@asynccontextmanager
async def scheduled(schedule: Schedule, log: list[str]) -> AsyncIterator[None]:
    plain = dataclasses.replace(definition(), events=EventPolicy(retries=0))
    queue = EventQueue(log.append)
    async with (
        Function(plain, PLAIN_FUNCTION, log.append, cap=2).running() as function,
        scheduling(function, schedule, queue),
    ):
        yield
    await queue.close()


async def test_function_is_invoked_at_the_start_and_at_its_rate() -> None:
    log: list[str] = []
    tick = '{"rawPath":"/tick"}'

    async def three_times() -> bool:
        return log.count("tick") >= 3

    async with scheduled(Schedule(0.2, tick), log):
        await until(three_times)


@pytest.mark.parametrize("path", ["/fail", "/die"])
async def test_failed_run_is_logged_and_the_schedule_continues(path: str) -> None:
    log: list[str] = []

    async def failed_twice() -> bool:
        return sum("dropped an event for Plain, which failed" in line for line in log) >= 2

    async with scheduled(Schedule(0.2, f'{{"rawPath":"{path}"}}'), log):
        await until(failed_twice)
