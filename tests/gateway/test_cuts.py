"""The upstream dies at every byte of an answer, in three ways."""

import asyncio
from collections.abc import Iterable

import pytest

from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayError, GatewayUnavailable, ReplyInterrupted
from shared.gateway.reply import Clocks, Finish
from tests.gateway.transcript import PATIENT, SHORT, Transcript, completion, transcript
from tests.scripted_gateway import End, ScriptedGateway, cut, livepeer, on_the_wire, openai

PIECES = ("The ", "sky ", "is blüe", " — ", "<b>why</b>", " 🙂", "?")
# In one piece: thousands of requests are sent here.
ANSWER = livepeer.stream(livepeer.reply(PIECES).body)
FRAMES = [frame + b"\n\n" for frame in ANSWER.body.split(b"\n\n")[:-1]]
FINISH_SENT = len(ANSWER.body)


def text_sent_by(offset: int) -> str:
    """What the frames that are whole at this offset say."""
    sent = 0
    whole = 0
    for frame in FRAMES:
        sent += len(frame)
        whole += sent <= offset
    return "".join(PIECES[:whole])


async def transcripts(
    gateway: Gateway, offsets: Iterable[int], clocks: Clocks = PATIENT, at_once: int = 16
) -> list[tuple[int, Transcript]]:
    """One for each offset; the offset is the model's name."""
    places = asyncio.Semaphore(at_once)

    async def one(offset: int) -> tuple[int, Transcript]:
        async with places:
            return offset, await transcript(gateway, completion(str(offset)), clocks)

    return await asyncio.gather(*map(one, offsets))


@pytest.mark.parametrize("end", [End.FIN, End.RST, End.HANG])
async def test_reply_cut_at_every_byte_delivers_a_prefix_and_one_end(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    assert len(ANSWER.body) > 2000
    scripted.script = lambda request: cut(ANSWER, int(request.model), end)
    if end is End.HANG:
        told = await transcripts(gateway, range(FINISH_SENT), SHORT, at_once=200)
    else:
        told = await transcripts(gateway, range(FINISH_SENT))
    for offset, transcript_ in told:
        assert text_sent_by(FINISH_SENT).startswith(transcript_.text), offset
        assert isinstance(transcript_.end, GatewayError), offset
        expected = ReplyInterrupted if transcript_.text else GatewayUnavailable
        assert type(transcript_.end) is expected, offset
        # A hang under load may outlast the short clocks before all was read.
        if end is not End.HANG:
            assert transcript_.text == text_sent_by(offset), offset


@pytest.mark.parametrize("end", [End.FIN, End.RST])
async def test_reply_cut_at_every_byte_of_the_wire_raises_only_gateway_errors(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    """Inside the response head, a chunk's size, its data or its end."""
    wire = on_the_wire(livepeer.stream(livepeer.reply(PIECES[:1]).body))
    scripted.script = lambda request: cut(wire, int(request.model), end)
    for offset, told in await transcripts(gateway, range(len(wire.body))):
        assert PIECES[0].startswith(told.text), offset
        assert isinstance(told.end, GatewayError | Finish), offset


@pytest.mark.parametrize("end", [End.FIN, End.RST, End.HANG])
async def test_reply_cut_after_its_finish_is_complete(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    answer = livepeer.stream(openai.reply(PIECES).body)
    finish_sent = answer.body.index(b'"finish_reason": "stop"')
    finish_sent = answer.body.index(b"\n\n", finish_sent) + 2
    scripted.script = lambda request: cut(answer, int(request.model), end)
    offsets = range(finish_sent, len(answer.body) + 1)
    for offset, told in await transcripts(gateway, offsets, at_once=600):
        assert told.text == "".join(PIECES), offset
        assert told.finish.reason == "stop", offset
