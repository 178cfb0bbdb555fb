"""One environment: a function process and its Runtime API."""

import asyncio
import os
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from local.child import Child, Log
from local.http_server import Server
from local.intrinsics import PSEUDO_PARAMETERS
from local.invocation import FunctionFailed, Invocation
from local.runtime_api import RuntimeApi
from local.template import FunctionDefinition

REGION: str = PSEUDO_PARAMETERS["AWS::Region"]
# Lambda allows 10 s. A busy laptop may need more.
INIT_S = 60.0
# Lambda unpacks the function here.
_TASK_ROOT = "/var/task"


class Environment:
    """Serves one invocation at a time."""

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
            _variables(self._definition, self._root, f"127.0.0.1:{server.port}"),
            self._log,
            cwd=self._root,
        )
        if not await self._becomes_idle(INIT_S):
            raise FunctionFailed("Sandbox.Timedout", "the function did not start")

    async def run(self, invocation: Invocation) -> None:
        """Return when the function asks for more work. Raises FunctionFailed; then stop it."""
        self._api.hand_out(invocation)
        if not await self._becomes_idle(self._definition.timeout_s):
            seconds = f"{self._definition.timeout_s:.2f} seconds"
            raise FunctionFailed("Sandbox.Timedout", f"Task timed out after {seconds}")
        if not invocation.over:
            raise FunctionFailed("Runtime.NoResponse", "the function gave no answer")

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

    async def stop(self, grace_s: float = 2) -> None:
        if self._child is not None:
            await self._child.stop(grace_s)
        await self._closing.aclose()


def _arn(definition: FunctionDefinition) -> str:
    account = PSEUDO_PARAMETERS["AWS::AccountId"]
    return f"arn:aws:lambda:{REGION}:{account}:function:{definition.name}"


def _command(definition: FunctionDefinition, root: Path) -> list[str]:
    """As on AWS, a wrapper gets the stock runtime's command as arguments."""
    stock = [sys.executable, "-m", "awslambdaric", definition.handler]
    wrapper = definition.variables.get("AWS_LAMBDA_EXEC_WRAPPER")
    return [wrapper.replace(_TASK_ROOT, str(root)), *stock] if wrapper else stock


def _variables(definition: FunctionDefinition, root: Path, runtime_api: str) -> Mapping[str, str]:
    runtime_dir = sysconfig.get_path("purelib")
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": runtime_dir,
        "PYTHONUNBUFFERED": "1",
        "_HANDLER": definition.handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{definition.runtime}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{definition.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "LAMBDA_TASK_ROOT": str(root),
        "LAMBDA_RUNTIME_DIR": runtime_dir,
        **definition.variables,
    }
