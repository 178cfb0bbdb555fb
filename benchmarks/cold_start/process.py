"""Measures what a process uses from its start until it is killed."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Used:
    """`cpu_ms` is user and system time of all threads."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float


class Measured:
    """Not an asyncio subprocess: asyncio reaps those and discards their resource usage."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        self._started = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command, env=dict(variables), cwd="/", stdout=subprocess.DEVNULL
        )

    def kill(self) -> Used:
        wall_ms = (time.perf_counter() - self._started) * 1000
        peak_mb = _peak_mb(self._process.pid)
        self._process.send_signal(signal.SIGKILL)
        _, self._process.returncode, used = os.wait4(self._process.pid, 0)
        return Used((used.ru_utime + used.ru_stime) * 1000, wall_ms, peak_mb)


def _peak_mb(pid: int) -> float:
    """The program's own peak. wait4 would include the parent's memory before the exec."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # noqa: PTH123
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
