"""Reads the function's processes from /proc."""

import os
from pathlib import Path

_RUNTIME = b"chat.runtime"


def chat_processes() -> list[int]:
    """The function's processes that this process started."""
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if _RUNTIME in _read(path) and _is_our_child(path.parent)
    ]


def cpu_us(pid: int) -> float:
    """CPU time of all threads in microseconds."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(_read(task).split()[0]) for task in tasks) / 1000


def rss_mb(pid: int) -> float:
    pages = int(_read(Path(f"/proc/{pid}/statm")).split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _is_our_child(process: Path) -> bool:
    fields = _read(process / "stat").rpartition(b")")[2].split()
    return bool(fields) and int(fields[1]) == os.getpid()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        # The process has ended.
        return b""
