"""The gateway closes, resets or stalls at every byte of an answer."""

import asyncio
from collections.abc import Iterable

import pytest

from shared.gateway.client import Gateway
from shared.gateway.errors import GatewayError, GatewayUnavailable, ReplyInterrupted
from shared.gateway.reply import Clocks, Finish
from tests.gateway.cut_answer import ANSWER, FINISH_SENT, PIECES, text_sent_by
from tests.gateway.transcript import PATIENT, SHORT, Transcript, completion, transcript
from tests.scripted_gateway import End, ScriptedGateway, cut, livepeer, on_the_wire, openai


async def transcripts(
    gateway: Gateway, offsets: Iterable[int], clocks: Clocks = PATIENT, at_once: int = 16
) -> list[tuple[int, Transcript]]:
    """One transcript for each offset. The model's name carries the offset to the gateway."""
    limit = asyncio.Semaphore(at_once)

    async def one(offset: int) -> tuple[int, Transcript]:
        async with limit:
            return offset, await transcript(gateway, completion(str(offset)), clocks)

    return await asyncio.gather(*map(one, offsets))


@pytest.mark.parametrize("end", [End.FIN, End.RST, End.HANG])
async def test_reply_cut_at_every_byte_delivers_a_prefix_and_one_end(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    assert len(ANSWER.body) > 2000
    scripted.script = lambda request: cut(ANSWER, int(request.model), end)
    if end is End.HANG:
        result = await transcripts(gateway, range(FINISH_SENT), SHORT, at_once=200)
    else:
        result = await transcripts(gateway, range(FINISH_SENT))
    for offset, transcript_of_offset in result:
        assert text_sent_by(FINISH_SENT).startswith(transcript_of_offset.text), offset
        assert isinstance(transcript_of_offset.end, GatewayError), offset
        expected = ReplyInterrupted if transcript_of_offset.text else GatewayUnavailable
        assert type(transcript_of_offset.end) is expected, offset
        # On a busy machine the short clocks may fire before all bytes are read.
        if end is not End.HANG:
            assert transcript_of_offset.text == text_sent_by(offset), offset


@pytest.mark.parametrize("end", [End.FIN, End.RST])
async def test_reply_cut_at_every_byte_of_the_wire_raises_only_gateway_errors(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    """The cut is in the response head, or in the size, the data or the end of a chunk."""
    wire = on_the_wire(livepeer.stream(livepeer.reply(PIECES[:1]).body))
    scripted.script = lambda request: cut(wire, int(request.model), end)
    for offset, result in await transcripts(gateway, range(len(wire.body))):
        assert PIECES[0].startswith(result.text), offset
        assert isinstance(result.end, GatewayError | Finish), offset


@pytest.mark.parametrize("end", [End.FIN, End.RST, End.HANG])
async def test_reply_cut_after_its_finish_is_complete(
    gateway: Gateway, scripted: ScriptedGateway, end: End
) -> None:
    answer = livepeer.stream(openai.reply(PIECES).body)
    finish_sent = answer.body.index(b'"finish_reason": "stop"')
    finish_sent = answer.body.index(b"\n\n", finish_sent) + 2
    scripted.script = lambda request: cut(answer, int(request.model), end)
    offsets = range(finish_sent, len(answer.body) + 1)
    for offset, result in await transcripts(gateway, offsets, at_once=600):
        assert result.text == "".join(PIECES), offset
        assert result.finish.reason == "stop", offset
