import asyncio
from collections.abc import Awaitable, Callable

# Nothing is measured against it: it turns a hanging test into a red one.
PATIENCE_S = 60


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.02)
