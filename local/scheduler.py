"""EventBridge Scheduler: invokes a function at its rate, and once at the start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from local.child import Log
from local.function import Function, Throttled
from local.invocation import FunctionFailed
from local.template import Schedule


@asynccontextmanager
async def scheduling(function: Function, schedule: Schedule, log: Log) -> AsyncIterator[None]:
    task = asyncio.create_task(_keep_schedule(function, schedule, log))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_schedule(function: Function, schedule: Schedule, log: Log) -> None:
    """Run until cancelled. A failed run is logged, not retried."""
    while True:
        await _run_once(function, schedule, log)
        await asyncio.sleep(schedule.every_s)


async def _run_once(function: Function, schedule: Schedule, log: Log) -> None:
    try:
        invocation = function.invoke(schedule.input.encode())
        while await invocation.read() is not None:
            pass
    except (FunctionFailed, Throttled) as failure:
        log(f"the scheduled run failed: {failure or 'still busy'}")
