"""EventBridge Scheduler: invokes a function at its rate, and once at the start."""

import asyncio

from local.child import Log
from local.function import Function, Throttled
from local.invocation import FunctionFailed
from local.template import Schedule


async def keep_schedule(function: Function, schedule: Schedule, log: Log) -> None:
    """Never returns: cancel it. A failed run is logged and not repeated."""
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
