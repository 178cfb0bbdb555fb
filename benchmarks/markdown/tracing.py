"""Measures the CPU time of the page's main thread with Chromium's trace."""

import asyncio
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Page

_MS = 1_000  # a trace counts in microseconds


@dataclass(frozen=True, slots=True)
class Work:
    """In milliseconds."""

    total: float
    longest_task: float


class Trace:
    """`async with Trace(page) as trace: …`, then `trace.work`."""

    work: Work

    def __init__(self, page: Page) -> None:
        self._page = page
        self._events: list[dict[str, Any]] = []

    async def __aenter__(self) -> "Trace":
        browser = self._page.context.browser
        assert browser  # noqa: S101 - a page belongs to one
        self._session: CDPSession = await browser.new_browser_cdp_session()
        self._over = asyncio.Event()
        self._session.on("Tracing.dataCollected", lambda data: self._events.extend(data["value"]))
        self._session.on("Tracing.tracingComplete", lambda _: self._over.set())
        categories = {"includedCategories": ["toplevel", "__metadata"]}
        await self._session.send("Tracing.start", {"traceConfig": categories})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.send("Tracing.end")
        await self._over.wait()
        await self._session.detach()
        self.work = _work(self._events)


def _work(events: list[dict[str, Any]]) -> Work:
    """Picks the busiest main thread of a renderer, which is the page's."""
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    durations: dict[tuple[int, int], list[float]] = {thread: [] for thread in threads}
    for event in events:
        thread = (event["pid"], event["tid"])
        if event["ph"] == "X" and event["name"].endswith("RunTask") and thread in durations:
            durations[thread].append(event.get("tdur", event["dur"]) / _MS)
    busiest = max(durations.values(), key=sum)
    return Work(total=sum(busiest), longest_task=max(busiest))
