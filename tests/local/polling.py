import asyncio
from collections.abc import Awaitable, Callable

# A test that hangs fails after this. No test measures it.
PATIENCE_S = 60


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)
