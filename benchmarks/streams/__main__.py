"""python -m benchmarks.streams: streams through the local Function URL and direct ones."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

import httpx

from benchmarks.streams.gateway import Order, gateway
from benchmarks.streams.processes import chat_processes, cpu_us, rss_mb
from benchmarks.streams.reading import SECRET, Reading, direct, someone, through
from local.cloud import LocalCloud, Options

# Every limit is checked, as deployed, but too high to be reached.
SETTINGS = {
    "SESSION_SECRET": SECRET,
    "REQUESTS_PER_MINUTE": "1000000",
    "CONCURRENT_STREAMS": "1000",
    "TOKEN_BUDGET_PER_DAY": "1000000000",
    "GLOBAL_TOKEN_BUDGET_PER_DAY": "1000000000000",
    "IDLE_S": "600",
}
LONG = Order(tokens=3000)
PACED = Order(tokens=40, pause_s=0.5)

Stream = Callable[[], Awaitable[Reading]]


class Streams:
    def __init__(self, http: httpx.AsyncClient, function_url: str, gateway_url: str) -> None:
        self._http = http
        self._function_url = function_url
        self._gateway_url = gateway_url

    async def one_by_one(self, turns: int) -> None:
        """One warm environment, one person."""
        headers = someone()
        order = Order(tokens=20, pause_s=0.005)
        through_chat, direct_readings = list[Reading](), list[Reading]()
        for _ in range(turns):
            direct_readings.append(await direct(self._http, self._gateway_url, order))
            through_chat.append(await through(self._http, self._function_url, order, headers))
        report("first token, one stream", _firsts(direct_readings), _firsts(through_chat))
        report("each token, one stream", _delays(direct_readings), _delays(through_chat))

    async def many(self, streams: int) -> None:
        """Runs all at once. Starts them one by one, so that no start delays the others' tokens."""
        kinds = (
            ("direct", lambda: direct(self._http, self._gateway_url, PACED)),
            ("chat", lambda: through(self._http, self._function_url, PACED, someone())),
        )
        await self._start_environments(streams)
        pause_s = PACED.tokens * PACED.pause_s / 2 / streams
        readings = {name: await self._spread(stream, streams, pause_s) for name, stream in kinds}
        report(f"first token, {streams} streams", *(_firsts(readings[name]) for name, _ in kinds))
        report(f"each token, {streams} streams", *(_delays(readings[name]) for name, _ in kinds))

    async def _start_environments(self, streams: int) -> None:
        """Starts the environments. A stream occupies each one until all are running."""
        start_s = 0.4
        held = Order(tokens=2, pause_s=start_s * streams)
        headers = someone()
        await self._spread(
            lambda: through(self._http, self._function_url, held, headers), streams, start_s
        )

    async def _spread(self, stream: Stream, streams: int, pause_s: float) -> list[Reading]:
        tasks = []
        for _ in range(streams):
            tasks.append(asyncio.ensure_future(stream()))
            await asyncio.sleep(pause_s)
        return await asyncio.gather(*tasks)

    async def cpu_per_token(self, turns: int) -> None:
        headers = someone()
        spent = []
        for order in (Order(tokens=1), LONG):
            before = sum(map(cpu_us, chat_processes()))
            for _ in range(turns):
                await through(self._http, self._function_url, order, headers)
            spent.append((sum(map(cpu_us, chat_processes())) - before) / turns)
        print(f"| CPU of a turn with one token | | {spent[0] / 1000:.1f} ms | |")
        each = (spent[1] - spent[0]) / (LONG.tokens - 1)
        print(f"| CPU of each further token | | {each:.0f} µs | |", flush=True)

    async def memory(self, turns: int) -> None:
        headers = someone()
        for _ in range(turns // 10):
            await through(self._http, self._function_url, Order(tokens=3), headers)
        before = max(map(rss_mb, chat_processes()))
        for _ in range(turns - turns // 10):
            await through(self._http, self._function_url, Order(tokens=3), headers)
        after = max(map(rss_mb, chat_processes()))
        print(f"| RSS after {turns // 10} turns | | {before:.1f} MB | |")
        print(f"| RSS after {turns} turns | | {after:.1f} MB | |", flush=True)


def _firsts(readings: Sequence[Reading]) -> list[float]:
    return [reading.first_ms for reading in readings]


def _delays(readings: Sequence[Reading]) -> list[float]:
    return [delay for reading in readings for delay in reading.delays_ms]


def report(what: str, gateway_alone: Sequence[float], through_chat: Sequence[float]) -> None:
    for name, percentile in (("median", median), ("p99", _p99)):
        before, after = percentile(gateway_alone), percentile(through_chat)
        print(f"| {what}, {name} | {before:.2f} ms | {after:.2f} ms | {after - before:.2f} ms |")


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[-1]


async def measure(streams: int, turns: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as state:
        await _measure(Path(state), streams, turns, repeats)


async def _measure(state: Path, streams: int, turns: int, repeats: int) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=streams)
    async with (
        gateway() as gateway_url,
        httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as http,
    ):
        options = Options(
            dynamodb="local",
            environments=streams,
            warmup=False,
            settings={**SETTINGS, "LIVEPEER_GATEWAY_URL": gateway_url},
            state=state,
            echo=lambda _: None,
        )
        print("| | gateway | through the chat | added |")
        print("|---|--:|--:|--:|", flush=True)
        async with LocalCloud(options) as cloud:
            measured = Streams(http, cloud.function_url, gateway_url)
            for _ in range(50):
                await through(http, cloud.function_url, Order(), someone())
            await measured.one_by_one(repeats)
            await measured.cpu_per_token(10)
            await measured.memory(turns)
            await measured.many(streams)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument(
        "--turns", type=int, default=5000, help="turns before memory is measured again"
    )
    parser.add_argument(
        "--repeats", type=int, default=300, help="single streams, one after another"
    )
    given = parser.parse_args()
    asyncio.run(measure(given.streams, given.turns, given.repeats))


if __name__ == "__main__":
    main()
