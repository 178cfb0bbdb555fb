import dataclasses
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local.event_queue import EventQueue
from local.function import Function
from local.template import EventPolicy
from tests.local.conftest import PLAIN_FUNCTION, definition
from tests.local.polling import until

TICK = b'{"rawPath":"/tick"}'
FAIL = b'{"rawPath":"/fail"}'


@dataclass
class Queued:
    queue: EventQueue
    function: Function
    log: list[str] = field(default_factory=list)

    async def logged(self, text: str) -> None:
        async def found() -> bool:
            return any(text in line for line in self.log)

        await until(found)


@asynccontextmanager
async def queued(policy: EventPolicy) -> AsyncIterator[Queued]:
    """A function with one environment, and a queue that retries at once."""
    log: list[str] = []
    plain = dataclasses.replace(definition(), events=policy, reserved_concurrency=1)
    queue = EventQueue(log.append, retry_waits_s=(0.0, 0.0))
    async with Function(plain, PLAIN_FUNCTION, log.append).running() as function:
        try:
            yield Queued(queue, function, log)
        finally:
            await queue.close()


async def hold(queued: Queued, pipe: Path) -> None:
    os.mkfifo(pipe)
    event = b'{"rawPath":"/gate","queryStringParameters":{"pipe":"%s"}}' % bytes(pipe)
    invocation = queued.function.invoke(event)
    while part := await invocation.read():
        if b"pid" in part:
            return


async def test_a_throttled_event_waits_for_an_environment(tmp_path: Path) -> None:
    async with queued(EventPolicy(retries=0)) as events:
        await hold(events, tmp_path / "pipe")
        events.queue.accept(events.function, TICK)
        (tmp_path / "pipe").write_text("")
        await events.logged("tick")
    assert not [line for line in events.log if "dropped" in line]


async def test_a_throttled_event_is_dropped_at_its_maximum_age(tmp_path: Path) -> None:
    async with queued(EventPolicy(max_age_s=0.5)) as events:
        await hold(events, tmp_path / "pipe")
        events.queue.accept(events.function, TICK)
        await events.logged("dropped an event for Plain: no environment in 0.5 s")
        (tmp_path / "pipe").write_text("")
    assert "tick" not in events.log


async def test_a_failed_event_is_retried_as_often_as_the_template_says() -> None:
    for retries in (0, 2):
        async with queued(EventPolicy(retries=retries)) as events:
            events.queue.accept(events.function, FAIL)
            await events.logged("which failed: Broken: oh")
        assert events.log.count("fails") == retries + 1
