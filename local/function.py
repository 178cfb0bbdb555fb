"""A function: one environment per concurrent invocation, up to a cap."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.child import Log
from local.environment import Environment
from local.invocation import FunctionFailed, Invocation
from local.template import FunctionDefinition


class Throttled(Exception):
    """Every environment is busy and the cap is reached."""


class Function:
    """Stops an environment after `idle_s` seconds without work."""

    def __init__(
        self,
        definition: FunctionDefinition,
        root: Path,
        log: Log,
        cap: int = 10,
        idle_s: float = 300,
    ) -> None:
        self.definition = definition
        self._root = root
        self._log = log
        reserved = definition.reserved_concurrency
        self._cap = cap if reserved is None else min(cap, reserved)
        self._idle_s = idle_s
        self._idle: dict[Environment, asyncio.TimerHandle] = {}
        self._environments: set[Environment] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Function"]:
        try:
            yield self
        finally:
            await self._close()

    @property
    def environments(self) -> int:
        return len(self._environments)

    @property
    def idle(self) -> int:
        return len(self._idle)

    def invoke(self, event: bytes) -> Invocation:
        """Start an invocation. It completes even if its response is not read. Raises Throttled."""
        invocation = Invocation(event)
        self._spawn(self._run(invocation, self._acquire()))
        return invocation

    def _acquire(self) -> Environment:
        while self._idle:
            environment, timer = self._idle.popitem()
            timer.cancel()
            if environment.alive:
                return environment
        if len(self._environments) >= self._cap:
            raise Throttled
        environment = Environment(self.definition, self._root, self._log)
        self._environments.add(environment)
        return environment

    async def _run(self, invocation: Invocation, environment: Environment) -> None:
        try:
            if not environment.alive:
                await environment.start()
                environment.exited.add_done_callback(lambda _: self._retire(environment))
            await environment.run(invocation)
            self._release(environment)
        except FunctionFailed as failure:
            self._log(str(failure))
            invocation.fail(failure)
            await self._stop(environment)

    def _release(self, environment: Environment) -> None:
        loop = asyncio.get_running_loop()
        self._idle[environment] = loop.call_later(self._idle_s, self._retire, environment)

    def _retire(self, environment: Environment) -> None:
        """Stop an idle environment. The invocation of a busy one stops it if it fails."""
        if timer := self._idle.pop(environment, None):
            timer.cancel()
            self._spawn(self._stop(environment))

    async def _stop(self, environment: Environment) -> None:
        await environment.stop()
        self._environments.discard(environment)

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self) -> None:
        for timer in self._idle.values():
            timer.cancel()
        self._idle.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(environment.stop() for environment in self._environments))
        self._environments.clear()
