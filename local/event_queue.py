"""The queue of Lambda's asynchronous invocations. It accepts each event and runs it later.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import asyncio
import time

from local.child import Log
from local.function import Function, Throttled
from local.invocation import FunctionFailed

# Waits before a throttled event is tried again, doubling from the first to the last.
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
# Waits before a failed event runs again.
RETRY_WAITS_S = (60.0, 120.0)


class EventQueue:
    """Logs dropped events, because there are no destinations for failed events here.

    Kinder than AWS, which may deliver an event twice.
    """

    def __init__(self, log: Log, retry_waits_s: tuple[float, ...] = RETRY_WAITS_S) -> None:
        self._log = log
        self._retry_waits_s = retry_waits_s
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, function: Function, event: bytes) -> None:
        task = asyncio.create_task(self._deliver(function, event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drop what is queued."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, function: Function, event: bytes) -> None:
        name, policy = function.definition.name, function.definition.events
        expires_at = time.time() + policy.max_age_s
        for wait_s in (*self._retry_waits_s[: policy.retries], None):
            try:
                await self._run(function, event, expires_at)
                return
            except Throttled:
                self._log(f"dropped an event for {name}: no environment in {policy.max_age_s:g} s")
                return
            except FunctionFailed as failure:
                # The next try would come too late, or there is none.
                if wait_s is None or time.time() + wait_s > expires_at:
                    self._log(f"dropped an event for {name}, which failed: {failure}")
                    return
            await asyncio.sleep(wait_s)

    async def _run(self, function: Function, event: bytes, expires_at: float) -> None:
        """Raises FunctionFailed, and Throttled once the event has expired."""
        wait_s = FIRST_WAIT_S
        while True:
            try:
                invocation = function.invoke(event)
                break
            except Throttled:
                if time.time() + wait_s > expires_at:
                    raise
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        while await invocation.read() is not None:
            pass
