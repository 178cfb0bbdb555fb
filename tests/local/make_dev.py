"""`python -m local` as a process."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local.options import ROOT

# Nothing listens there. With a gateway from the environment, no model is loaded.
ELSEWHERE = {"LIVEPEER_GATEWAY_URL": "http://127.0.0.1:9/llm"}


@dataclass
class MakeDev:
    process: asyncio.subprocess.Process
    output: str = ""

    async def read_until(self, text: str) -> None:
        assert self.process.stdout
        while text not in self.output:
            line = await self.process.stdout.readline()
            assert line, self.output
            self.output += line.decode()

    async def finish(self) -> int:
        assert self.process.stdout
        self.output += (await self.process.stdout.read()).decode()
        return await self.process.wait()

    def children(self) -> list[int]:
        """Return the processes it started, and those they started."""
        found, parents = [], [self.process.pid]
        while parents:
            children = Path(f"/proc/{parents[0]}/task/{parents.pop(0)}/children").read_text()
            parents += (pids := [int(pid) for pid in children.split()])
            found += pids
        return found


@asynccontextmanager
async def make_dev(*arguments: str, **environ: str) -> AsyncIterator[MakeDev]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local",
        *arguments,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield MakeDev(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def free_ports(state: Path) -> list[str]:
    return ["--port=0", "--url-port=0", "--gateway-port=0", f"--state={state}", "--no-warmup"]
