"""A child process that never outlives the local cloud."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

Log = Callable[[str], None]

# Ends the child even when this process is killed and cannot clean up. Linux only. `preexec_fn`
# could do the same but is unsafe with threads.
_SETPRIV = shutil.which("setpriv")


class Child:
    """Leads its own process group, so that Ctrl-C in the terminal reaches only the parent."""

    def __init__(self, process: asyncio.subprocess.Process, log: Log) -> None:
        self.pid = process.pid
        self._process = process
        self.exited = asyncio.create_task(self._run(log))

    @classmethod
    async def start(
        cls,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        log: Log,
        cwd: Path | None = None,
        orphan_signal: str = "KILL",
    ) -> "Child":
        """Pass each line of its output to `log`. The caller stops the child."""
        bound = [_SETPRIV, "--pdeathsig", orphan_signal, "--"] if _SETPRIV else []
        process = await asyncio.create_subprocess_exec(
            *bound,
            *argv,
            env=dict(env),
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(process, log)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def freeze(self) -> None:
        """Stop the whole process group until `thaw`. Until then only SIGKILL ends it.

        As on Lambda, connections may die unnoticed meanwhile. Unlike on Lambda, the monotonic clock
        goes on.
        """
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    async def stop(self, grace_s: float = 3) -> None:
        """Send SIGTERM to the whole group, and SIGKILL after the grace period."""
        if grace_s > 0:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self.exited), grace_s)
        self._signal(signal.SIGKILL)
        await self.exited

    def _signal(self, number: signal.Signals) -> None:
        # The group can outlive its leader, so signal it even when the leader has exited.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    async def _run(self, log: Log) -> int:
        reading = asyncio.create_task(self._read_output(log))
        code = await self._process.wait()
        # A grandchild that inherited the output would keep it open.
        self._signal(signal.SIGKILL)
        await reading
        return code

    async def _read_output(self, log: Log) -> None:
        assert self._process.stdout  # noqa: S101 - it is a pipe
        rest = b""
        while chunk := await self._process.stdout.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                log(line.decode(errors="replace"))
        if rest:
            log(rest.decode(errors="replace"))
