"""AWS's Runtime Interface Emulator, which the SAM CLI ships for its containers."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from local.dynamodb import free_port
from tests.sam.project import EVENTS, FUNCTIONS, emulator


class Emulator:
    def __init__(self, url: str) -> None:
        self._url = f"{url}/2015-03-31/functions/function/invocations"

    async def invoke(self, event: Mapping[str, Any]) -> bytes:
        async with httpx.AsyncClient(timeout=60) as http:
            return (await http.post(self._url, json=event)).content


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return loaded


@asynccontextmanager
async def emulated(command: list[str], environ: Mapping[str, str]) -> AsyncIterator[Emulator]:
    """Run one function behind the emulator, which takes one invocation at a time."""
    port, api = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        str(emulator()),
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{api}",
        *command,
        cwd=FUNCTIONS,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LAMBDA_TASK_ROOT": str(FUNCTIONS),
            "PYTHONPATH": str(FUNCTIONS),
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
            **environ,
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await _listening(port)
        yield Emulator(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
