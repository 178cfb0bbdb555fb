"""python -m benchmarks.first_token: the time a warm turn adds before its first token."""

import argparse
import asyncio
import time
from collections.abc import Sequence
from statistics import median, quantiles

import httpx

from benchmarks.metered import MeteredChat, metered_chat

WARM_UP = 100


async def direct(http: httpx.AsyncClient, chat: MeteredChat) -> float:
    """Seconds until the gateway's first byte, without the chat."""
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 16,
        "stream": True,
    }
    started = time.perf_counter()
    async with http.stream("POST", chat.gateway.url, json=body) as answer:
        pieces = answer.aiter_raw()
        await anext(pieces)
        first = time.perf_counter()
        async for _ in pieces:
            pass
    return first - started


async def measure(repeats: int) -> None:
    gateway, table, ours = list[float](), list[float](), list[float]()
    async with metered_chat() as chat, httpx.AsyncClient(trust_env=False) as http:
        for _ in range(WARM_UP):
            await chat.turn()
        for _ in range(repeats):
            gateway.append(await direct(http, chat))
            turn = await chat.turn()
            table.append(turn.table_s)
            ours.append(turn.first_s - turn.table_s - gateway[-1])
    print("| until the first token | median | p99 |")
    print("|---|--:|--:|")
    report("the gateway alone", gateway)
    report("added: waiting for the table (DynamoDB Local)", table)
    report("added: the chat itself", ours)


def report(what: str, seconds: Sequence[float]) -> None:
    p99 = quantiles(seconds, n=100)[-1]
    print(f"| {what} | {median(seconds) * 1000:.2f} ms | {p99 * 1000:.2f} ms |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=500)
    asyncio.run(measure(parser.parse_args().repeats))


if __name__ == "__main__":
    main()
