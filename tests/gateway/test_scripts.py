"""The scripted gateway's scripts: frames, cuts, splits and modes."""

import json

import pytest

from tests.gateway.raw_client import RawClient, answer_to
from tests.scripted_gateway import (
    MODES,
    End,
    Head,
    Script,
    ScriptedGateway,
    Send,
    Wait,
    answer,
    by_model,
    cut,
    ending,
    in_turn,
    on_the_wire,
    split,
)
from tests.scripted_gateway.livepeer import deltas, frame, reply, stream
from tests.scripted_gateway.modes.framing import SEPARATORS

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


async def test_livepeer_frames_are_written_like_go_writes_json() -> None:
    assert (
        frame('<b> & "é\u2028', tokens=3)
        == (
            'data: {"choices":[{"delta":{"content":"\\u003cb\\u003e \\u0026 \\"é\\u2028",'
            '"role":"assistant"},"finish_reason":"","index":0}],"created":1736900000,'
            '"id":"chatcmpl-1","model":"meta-llama/Meta-Llama-3.1-8B-Instruct",'
            '"usage":{"completion_tokens":3,"prompt_tokens":20,"total_tokens":23}}\n\n'
        ).encode()
    )


async def test_livepeer_reply_ends_with_an_empty_stop_frame_and_no_done() -> None:
    *contents, last = reply(["a", "b"]).body.split(b"\n\n")[:-1]
    assert [b'"content":"a"' in contents[0], b'"content":"b"' in contents[1]] == [True, True]
    assert [b'"completion_tokens":%d' % n in f for n, f in enumerate(contents, 1)] == [True] * 2
    assert b'"content":""' in last
    assert b'"finish_reason":"stop"' in last


async def test_scripts_are_chosen_in_turn_and_by_model(scripted: ScriptedGateway) -> None:
    first, second, other = (ending(answer(200, text), End.FIN) for text in ("1", "2", "other"))
    scripted.script = by_model({"m": in_turn(first, second), "n": other})
    received = [(await answer_to(scripted, model))[-1:] for model in ("m", "n", "m", "m")]
    assert received == [b"1", b"r", b"2", b"2"]


@pytest.mark.parametrize("offset", [0, 1, 5, 9])
async def test_cut_ends_the_body_at_a_byte(scripted: ScriptedGateway, offset: int) -> None:
    whole = Script((Head(body="close"), Send(b"01234"), Wait(0), Send(b"56789")))
    scripted.script = cut(whole, offset, End.FIN)
    assert (await answer_to(scripted)).partition(b"\r\n\r\n")[2] == b"0123456789"[:offset]


async def test_cut_on_the_wire_ends_inside_the_head_or_a_chunk(scripted: ScriptedGateway) -> None:
    raw = on_the_wire(stream(b"abc"))
    for offset in (0, 12, len(CHUNKED) + 1, len(CHUNKED) + 4):
        scripted.script = cut(raw, offset, End.FIN)
        assert await answer_to(scripted) == raw.body[:offset]


async def test_split_keeps_the_bytes_in_new_pieces() -> None:
    script = split(Script((Head(), Send(b"0123"), Wait(1), Send(b"4567"))), [2, 4, 5, 99])
    pieces = [step.data for step in script.steps if isinstance(step, Send)]
    assert pieces == [b"01", b"23", b"4", b"567"]


async def test_pieces_reach_a_reader_one_by_one(scripted: ScriptedGateway) -> None:
    scripted.script = split(Script((Send(b"abc"),), End.FIN), [1, 2])
    client = await RawClient.of(scripted)
    client.send_request()
    assert await client.pieces() == [b"a", b"b", b"c"]
    await client.close()


@pytest.mark.parametrize("name", MODES)
async def test_every_mode_writes_what_it_describes(name: str) -> None:
    mode = MODES[name]
    assert mode.description
    async with ScriptedGateway(ending(mode.script, End.FIN), scale=0.0) as scripted:
        received = await answer_to(scripted)
    assert received == on_the_wire(ending(mode.script, End.FIN)).body


async def test_separators_mode_sends_raw_characters() -> None:
    assert SEPARATORS.encode() in MODES["separators"].script.body


async def test_deltas_concatenate_to_the_text() -> None:
    texts = [json.loads(f.removeprefix(b"data: ")) for f in deltas(["a", "<b>"])]
    assert [t["choices"][0]["delta"]["content"] for t in texts] == ["a", "<b>"]
