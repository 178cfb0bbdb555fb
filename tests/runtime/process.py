import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

FUNCTIONS = Path(__file__).parents[2] / "functions"
# The command that Lambda passes to the wrapper: the interpreter and its script.
STOCK_COMMAND = (sys.executable, "/var/runtime/bootstrap.py")


class FunctionProcess:
    """The function's process, started through `chat/bootstrap`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output = b""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, root: Path, address: str, command: tuple[str, ...] = STOCK_COMMAND, **environ: str
    ) -> Self:
        process = await asyncio.create_subprocess_exec(
            str(root / "chat" / "bootstrap"),
            *command,
            cwd="/",
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_RUNTIME_API": address,
                "AWS_LAMBDA_FUNCTION_NAME": "ChatFunction",
                "AWS_REGION": "eu-west-1",
                "LAMBDA_TASK_ROOT": str(root),
                "LAMBDA_RUNTIME_DIR": str(root / "runtime-dir"),
                "PYTHONDONTWRITEBYTECODE": "1",
                **environ,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        return cls(process)

    async def _read(self) -> None:
        assert self._process.stdout
        while data := await self._process.stdout.read(65536):
            self.output += data

    @property
    def log(self) -> list[dict[str, Any]]:
        lines = self.output.decode().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        await self._reading
        return await self._process.wait()

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self.ended()


@asynccontextmanager
async def function_process(
    root: Path, address: str, command: tuple[str, ...] = STOCK_COMMAND, **environ: str
) -> AsyncIterator[FunctionProcess]:
    process = await FunctionProcess.start(root, address, command, **environ)
    try:
        yield process
    finally:
        await process.stop()


def task_root(folder: Path, app: str) -> Path:
    """A function folder with the real runtime, and `app` as the source of chat/app.py."""
    chat = folder / "chat"
    (chat / "api").mkdir(parents=True)
    for empty in ("__init__.py", "api/__init__.py", "api/turns.py", "api/fastapi_app.py"):
        (chat / empty).touch()
    (chat / "app.py").write_text(app)
    for name in ("chat/bootstrap", "chat/lazy.py", "chat/runtime", "shared"):
        (folder / name).symlink_to(FUNCTIONS / name)
    return folder
