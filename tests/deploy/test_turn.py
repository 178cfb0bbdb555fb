"""When the self-check calls a turn streamed, over a real socket."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest

from deploy.turn import take_turn
from local.http_server import Exchange, Server
from tests.background import Background

FIRST_TOKEN_S = 0.4
PARTS = [
    b'event: turn\ndata: {"title":"Counting"}\n\n',
    b'id: 3\ndata: {"choices":[{"delta":{"content":"one"}}]}\n\n',
    b": ping\n\n",
    b"event: done\ndata: "
    + json.dumps({"outcome": "complete", "first_token_ms": FIRST_TOKEN_S * 1000}).encode()
    + b"\n\n",
]


async def write(exchange: Exchange, parts: list[bytes]) -> None:
    await exchange.body()
    await exchange.start(200, [("content-type", "text/event-stream")])
    for part in parts:
        await exchange.send(part)
    await exchange.end()


async def streaming(exchange: Exchange) -> None:
    await exchange.body()
    await exchange.start(200, [("content-type", "text/event-stream")])
    await exchange.send(PARTS[0])
    await asyncio.sleep(FIRST_TOKEN_S)
    for part in PARTS[1:]:
        await exchange.send(part)
    await exchange.end()


async def buffering(exchange: Exchange) -> None:
    await asyncio.sleep(FIRST_TOKEN_S)
    await write(exchange, [b"".join(PARTS)])


async def flushing_late(exchange: Exchange) -> None:
    await asyncio.sleep(FIRST_TOKEN_S)
    await write(exchange, PARTS)


@pytest.fixture
def url(request: pytest.FixtureRequest, background: Background) -> Iterator[str]:
    with background.running(Server().serving(request.param)) as server:
        yield server.url


@pytest.mark.parametrize(
    ("url", "streamed"),
    [(streaming, True), (buffering, False), (flushing_late, False)],
    indirect=["url"],
)
def test_a_turn_is_streamed_only_if_its_start_precedes_its_first_token(
    url: str, streamed: bool
) -> None:
    with httpx.Client(trust_env=False) as http:
        turn = take_turn(http, url)
    assert (turn.text, turn.done["outcome"]) == ("one", "complete")
    assert turn.streamed is streamed
