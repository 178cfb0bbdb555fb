"""Leaving a reply closes the connection, which stops the generation."""

import asyncio
from contextlib import aclosing

import httpx
import pytest

from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayUnavailable
from shared.gateway.reply import Delta
from tests.gateway.transcript import PATIENT, completion, transcript
from tests.scripted_gateway import (
    MODES,
    End,
    Gate,
    Head,
    Script,
    ScriptedGateway,
    Send,
    ending,
    in_turn,
    livepeer,
)


async def test_closing_the_stream_closes_the_connection(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = ending(livepeer.stream(*livepeer.deltas(["a", "b"])), End.HANG)
    stream = gateway.stream(completion(), PATIENT)
    assert await anext(stream) == Delta("a")
    request = await scripted.request()
    assert not request.cancelled.is_set()
    await stream.aclose()
    await request.cancelled.wait()


async def test_leaving_a_streaming_reply_closes_the_connection(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = livepeer.stream(*livepeer.deltas(["word " * 2000] * 2000))
    async with aclosing(gateway.stream(completion(), PATIENT)) as stream:
        await anext(stream)
    request = await scripted.request()
    await request.over.wait()
    assert request.cancelled.is_set()


@pytest.mark.parametrize("name", ["silent", "head-only", "stalled", "comments-only"])
async def test_cancelling_the_caller_closes_the_connection(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    gate = Gate()
    mode = MODES[name].script
    scripted.script = Script((*mode.steps[:2], gate), End.HANG)
    calling = asyncio.create_task(transcript(gateway))
    await gate.reached.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await (await scripted.request()).cancelled.wait()


async def test_client_works_after_every_kind_of_failure(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    broken = [MODES[name].script for name in ("rst", "fin", "closed", "html", "endless-line")]
    scripted.script = in_turn(*broken, livepeer.reply(["fine"]))
    for _ in broken:
        await transcript(gateway)
    result = await transcript(gateway)
    assert (result.text, result.finish.reason) == ("fine", "stop")


async def test_connection_of_an_abandoned_or_refused_reply_is_released(
    scripted: ScriptedGateway,
) -> None:
    """The pool holds one connection, so a leaked one would block the next request."""
    stalled = Script((Head(), Send(livepeer.frame("a", tokens=1))), End.HANG)
    refused = Script((Head(503, body=1000), Send(b"busy")), End.HANG)
    scripted.script = in_turn(stalled, refused, livepeer.reply(["fine"]))
    async with httpx.AsyncClient(
        limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(None, pool=5), trust_env=False
    ) as http:
        gateway = Gateway(scripted.url, http)
        async with aclosing(gateway.stream(completion(), PATIENT)) as stream:
            assert await anext(stream) == Delta("a")
        assert isinstance((await transcript(gateway)).error, GatewayUnavailable)
        result = await transcript(gateway)
    assert result.text == "fine"
