"""Prints the steps of a command and how long each takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class DeployError(Exception):
    """The message says what to do."""


class Steps:
    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self._done += 1
        started = time.monotonic()
        say(f"[{self._done}/{self._count}] {title}")
        yield
        say(f"      {time.monotonic() - started:.0f} s")


def say(line: str) -> None:
    print(line, flush=True)
