import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Asks again until it holds: a wait in vain is ended by whoever runs the tests."""
    while not await holds():  # noqa: ASYNC110 - nothing tells us
        await asyncio.sleep(0.02)
