"""EventBridge Scheduler: invokes a function at its rate, and once at the start.

It invokes asynchronously, so the function's EventInvokeConfig decides about retries of a run that
fails or is throttled. The schedule's RetryPolicy applies only if Lambda does not accept the event,
which cannot happen here. https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from local.event_queue import EventQueue
from local.function import Function
from local.template import Schedule


@asynccontextmanager
async def scheduling(
    function: Function, schedule: Schedule, queue: EventQueue
) -> AsyncIterator[None]:
    task = asyncio.create_task(_keep_schedule(function, schedule, queue))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_schedule(function: Function, schedule: Schedule, queue: EventQueue) -> None:
    """Run until cancelled, at the rate, even while an earlier run goes on."""
    while True:
        queue.accept(function, schedule.input.encode())
        await asyncio.sleep(schedule.every_s)
