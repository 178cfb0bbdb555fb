"""A gateway in a separate process. Each token is the time at which it was sent."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Self

from local.http_server import Exchange, Server
from tests.scripted_gateway import livepeer


@dataclass(frozen=True, slots=True)
class Order:
    """What a message asks of the gateway: a number of tokens, and the pause between two of them."""

    tokens: int = 1
    pause_s: float = 0

    @classmethod
    def of(cls, content: str) -> Self:
        return cls(**json.loads(content))

    def __str__(self) -> str:
        return json.dumps(asdict(self))


async def handle(exchange: Exchange) -> None:
    body = json.loads(await exchange.body())
    order = Order.of(body["messages"][-1]["content"])
    await exchange.start(200, [("content-type", "text/event-stream")])
    for number in range(order.tokens):
        if number:
            await asyncio.sleep(order.pause_s)
        await exchange.send(livepeer.frame(str(time.monotonic_ns()), tokens=number + 1))
    await exchange.send(livepeer.frame("", tokens=order.tokens, finish_reason="stop"))
    await exchange.end()


@asynccontextmanager
async def gateway() -> AsyncIterator[str]:
    """Yields its URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout  # noqa: S101 - it is a pipe
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


async def serve() -> None:
    async with Server().serving(handle) as server:
        print(f"{server.url}/llm", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
