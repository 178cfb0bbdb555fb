"""One environment: a function process and its Runtime API."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from local.child import Child, Log
from local.http_server import Server
from local.intrinsics import PSEUDO_PARAMETERS
from local.invocation import FunctionFailed, Invocation
from local.runtime_api import RuntimeApi
from local.template import FunctionDefinition
from local.variables import REGION, all_variables

# Kinder than AWS on purpose, because a busy laptop is slow. Lambda allows 10 s, then starts again
# within the invocation's own time.
INIT_S = 60.0
# Lambda unpacks the function here.
_TASK_ROOT = "/var/task"
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_FILE_DESCRIPTORS = 1024
_LIMITED = ["/bin/sh", "-c", f'ulimit -n {MAX_FILE_DESCRIPTORS}; exec "$@"', "sh"]


class Environment:
    """Serves one invocation at a time, and is frozen while it has none.

    Kinder than AWS on purpose: memory is not limited, because RLIMIT_AS counts addresses, and a
    process reserves many more than it uses. The code is writable, and so is all of /tmp.
    """

    def __init__(self, definition: FunctionDefinition, root: Path, log: Log) -> None:
        self._definition = definition
        self._root = root
        self._log = log
        self._api = RuntimeApi(_arn(definition), definition.timeout_s)
        self._closing = AsyncExitStack()
        self._child: Child | None = None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def exited(self) -> "asyncio.Task[int]":
        assert self._child  # noqa: S101 - started
        return self._child.exited

    async def start(self) -> None:
        """Return when the function asks for work. Raises FunctionFailed. Stop it in either case."""
        server = await self._closing.enter_async_context(Server().serving(self._api.handle))
        self._child = await Child.start(
            _command(self._definition, self._root),
            all_variables(self._definition, self._root, f"127.0.0.1:{server.port}"),
            self._log,
            cwd=self._root,
        )
        if not await self._becomes_idle(INIT_S):
            raise FunctionFailed("Sandbox.Timedout", "the function did not start")
        self._child.freeze()

    async def run(self, invocation: Invocation) -> None:
        """Return when the function asks for more work. Raises FunctionFailed; then stop it."""
        assert self._child  # noqa: S101 - started
        self._child.thaw()
        self._api.hand_out(invocation)
        if not await self._becomes_idle(self._definition.timeout_s):
            seconds = f"{self._definition.timeout_s:.2f} seconds"
            raise FunctionFailed("Sandbox.Timedout", f"Task timed out after {seconds}")
        if not invocation.over:
            raise FunctionFailed("Runtime.NoResponse", "the function gave no answer")
        self._child.freeze()

    async def _becomes_idle(self, timeout_s: float) -> bool:
        idle = asyncio.create_task(self._api.idle.wait())
        ends = (idle, self.exited, self._api.init_failure)
        try:
            await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            idle.cancel()
        if self._api.init_failure.done():
            raise self._api.init_failure.result()
        if self.exited.done():
            raise FunctionFailed("Runtime.ExitError", f"exit status {self.exited.result()}")
        return self._api.idle.is_set()

    async def stop(self) -> None:
        """Kill it. Lambda sends SIGTERM first only to a function with extensions.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        if self._child is not None:
            await self._child.stop(grace_s=0)
        await self._closing.aclose()


def _arn(definition: FunctionDefinition) -> str:
    account = PSEUDO_PARAMETERS["AWS::AccountId"]
    return f"arn:aws:lambda:{REGION}:{account}:function:{definition.name}"


def _command(definition: FunctionDefinition, root: Path) -> list[str]:
    """As on AWS, a wrapper gets the stock runtime's command as arguments."""
    stock = [sys.executable, "-m", "awslambdaric", definition.handler]
    wrapper = definition.variables.get("AWS_LAMBDA_EXEC_WRAPPER")
    command = [wrapper.replace(_TASK_ROOT, str(root)), *stock] if wrapper else stock
    return [*_LIMITED, *command]
