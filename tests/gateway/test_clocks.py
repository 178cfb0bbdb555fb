"""Only tokens restart the clocks, and nothing else that a gateway sends."""

import asyncio
from contextlib import aclosing

import pytest

from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayUnavailable, ReplyInterrupted
from shared.gateway.reply import Clocks, Delta, Finish
from tests.gateway.transcript import PATIENT, completion, transcript
from tests.scripted_gateway import (
    MODES,
    Head,
    Script,
    ScriptedGateway,
    Send,
    Step,
    Wait,
    livepeer,
    openai,
)
from tests.scripted_gateway.modes.broken import HALF_TEXT

LONG_S = 60.0


def steady(frames: list[bytes], seconds: float) -> tuple[Step, ...]:
    return tuple(step for frame in frames for step in (Send(frame), Wait(seconds)))


@pytest.mark.parametrize("name", ["comments-only", "roles-only"])
async def test_first_token_clock_fires_despite_comments_and_roles(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    result = await transcript(gateway, clocks=Clocks(first_token_s=0.3, idle_s=LONG_S))
    assert type(result.error) is GatewayUnavailable
    request = await scripted.request()
    await request.over.wait()
    assert request.cancelled.is_set()


async def test_idle_clock_fires_despite_comments(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = MODES["comments-later"].script
    result = await transcript(gateway, clocks=Clocks(first_token_s=LONG_S, idle_s=0.3))
    assert result.text == HALF_TEXT
    assert isinstance(result.error, ReplyInterrupted)
    assert result.error.outcome == "truncated"
    request = await scripted.request()
    await request.over.wait()
    assert request.cancelled.is_set()


@pytest.mark.parametrize("name", ["silent", "head-only"])
async def test_first_token_clock_fires_before_and_after_the_head(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    result = await transcript(gateway, clocks=Clocks(first_token_s=0.1, idle_s=LONG_S))
    assert type(result.error) is GatewayUnavailable
    await (await scripted.request()).cancelled.wait()


async def test_total_clock_ends_a_reply_that_never_pauses(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = Script((Head(), *steady(livepeer.deltas(["word "] * 3000), 0.1)))
    clocks = Clocks(first_token_s=LONG_S, idle_s=LONG_S, total_s=0.5)
    result = await transcript(gateway, clocks=clocks)
    assert len(result.deltas) > 1
    assert isinstance(result.error, ReplyInterrupted)
    assert result.error.outcome == "interrupted"
    await (await scripted.request()).cancelled.wait()


async def test_total_clock_leaves_no_time_for_another_attempt(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = MODES["silent"].script
    result = await transcript(gateway, clocks=Clocks(LONG_S, LONG_S, total_s=0.1))
    assert isinstance(result.error, ReplyInterrupted)
    assert result.error.outcome == "interrupted"


async def test_each_token_restarts_the_idle_clock(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.scale = 1
    frames = [*livepeer.deltas(["word "] * 30), livepeer.frame("", tokens=30, finish_reason="stop")]
    scripted.script = Script((Head(), *steady(frames, 0.05)))
    result = await transcript(gateway, clocks=Clocks(first_token_s=LONG_S, idle_s=1))
    assert result.finish.reason == "stop"


async def test_reasoning_restarts_the_clocks(gateway: Gateway, scripted: ScriptedGateway) -> None:
    scripted.scale = 1
    thoughts = [openai.frame({"reasoning": "hm"})] * 30
    answer = [openai.frame({"content": "42"}), openai.finish(), openai.DONE]
    scripted.script = Script((Head(), *steady(thoughts, 0.05), *map(Send, answer)))
    result = await transcript(gateway, clocks=Clocks(first_token_s=1, idle_s=1))
    assert result.text == "42"
    assert result.finish.reason == "stop"


async def test_slow_caller_does_not_trigger_the_idle_clock(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = livepeer.reply(["a", "b", "c"])
    parts = []
    async with aclosing(gateway.stream(completion(), Clocks(LONG_S, idle_s=0.1))) as stream:
        async for part in stream:
            parts.append(part)
            await asyncio.sleep(0.2)
    *deltas, end = parts
    assert deltas == [Delta("a"), Delta("b"), Delta("c")]
    assert isinstance(end, Finish)


async def test_finish_is_delivered_if_the_gateway_never_closes(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    body = livepeer.reply(["a"]).steps
    scripted.script = Script((*body, Wait(3600)))
    result = await transcript(gateway, clocks=PATIENT)
    assert result.text == "a"
    assert result.finish.reason == "stop"
    await (await scripted.request()).cancelled.wait()
