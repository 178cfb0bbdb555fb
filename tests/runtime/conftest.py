import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import pytest
from mangum.types import ASGI

from chat.runtime.api import RuntimeApi
from chat.runtime.loop import InvocationLoop
from tests.runtime.strict_api import StrictRuntimeApi

# Only makes a hanging test fail.
PATIENCE_S = 60

Stop = Callable[[], object]
Running = Callable[..., AbstractAsyncContextManager[Stop]]


class Gate:
    """Pauses an app until the test opens it. The two run in different event loops."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    async def wait(self) -> None:
        assert await asyncio.to_thread(self._open.wait, PATIENCE_S)


@pytest.fixture
async def lambda_api() -> AsyncIterator[StrictRuntimeApi]:
    async with StrictRuntimeApi() as api:
        yield api


@pytest.fixture
def running(lambda_api: StrictRuntimeApi) -> Running:
    """Run an app in a separate event loop, which holds only the runtime's and the app's tasks."""

    @asynccontextmanager
    async def run(app: ASGI, environ: dict[str, str] | None = None) -> AsyncIterator[Stop]:
        stops: list[Stop] = []

        async def runtime() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            stops.append(partial(loop.call_soon_threadsafe, stop.set))
            api = RuntimeApi(lambda_api.address)
            await InvocationLoop(app, api, {} if environ is None else environ).run(stop)

        async with asyncio.timeout(PATIENCE_S):
            thread = asyncio.create_task(asyncio.to_thread(asyncio.run, runtime()))
            await lambda_api.polled.wait()
            try:
                yield stops[0]
            finally:
                if not thread.done():
                    stops[0]()
                await thread

    return run
