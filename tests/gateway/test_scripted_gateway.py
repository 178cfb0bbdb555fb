"""The scripted gateway itself, seen from a raw socket."""

import asyncio
import json

import pytest

from tests.scripted_gateway import (
    MODES,
    End,
    Gate,
    Head,
    Script,
    ScriptedGateway,
    Send,
    Wait,
    answer,
    before,
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


class Caller:
    """A client that knows no HTTP: it writes a request and keeps what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, scripted: ScriptedGateway) -> "Caller":
        port = int(scripted.origin.rpartition(":")[2])
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def ask(self, model: str = "m") -> None:
        body = json.dumps({"model": model}).encode()
        head = b"POST /llm?a=1 HTTP/1.1\r\nHost: x\r\nX-Name: Value\r\nContent-Length: %d\r\n\r\n"
        self._writer.write(head % len(body) + body)

    async def exactly(self, count: int) -> bytes:
        return await self._reader.readexactly(count)

    async def to_the_end(self) -> bytes:
        return await self._reader.read()

    async def pieces(self) -> list[bytes]:
        pieces = []
        while piece := await self._reader.read(65536):
            pieces.append(piece)
        return pieces

    async def leave(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def answer_to(scripted: ScriptedGateway, model: str = "m") -> bytes:
    """Everything up to the end of the connection."""
    caller = await Caller.of(scripted)
    caller.ask(model)
    try:
        return await caller.to_the_end()
    finally:
        await caller.leave()


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


async def test_chunked_body_ends_with_the_last_chunk_and_the_connection_stays(
    scripted: ScriptedGateway,
) -> None:
    scripted.script = Script((Head(), Send(b"abc"), Send(b"0123456789abcdef")))
    wire = CHUNKED + b"3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
    caller = await Caller.of(scripted)
    for _ in range(2):
        caller.ask()
        assert await caller.exactly(len(wire)) == wire
    await caller.leave()
    assert len(scripted.requests) == 2
    for request in scripted.requests:
        await request.played.wait()
        assert not request.cancelled.is_set()


async def test_close_delimited_body_ends_with_fin(scripted: ScriptedGateway) -> None:
    scripted.script = Script((Head(body="close"), Send(b"abc")))
    assert await answer_to(scripted) == HEAD + b"Connection: close\r\n\r\nabc"


async def test_answer_in_one_piece_announces_its_length(scripted: ScriptedGateway) -> None:
    scripted.script = ending(answer(503, "busy", headers=(("Retry-After", "7"),)), End.FIN)
    assert await answer_to(scripted) == (
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 7\r\n"
        b"Content-Length: 4\r\n\r\nbusy"
    )


async def test_fin_leaves_the_last_chunk_out(scripted: ScriptedGateway) -> None:
    scripted.script = ending(stream(b"abc"), End.FIN)
    assert await answer_to(scripted) == CHUNKED + b"3\r\nabc\r\n"


async def test_without_a_head_bytes_go_out_as_they_are(scripted: ScriptedGateway) -> None:
    scripted.script = Script((Send(b"SSH-2.0-OpenSSH\r\n"),), End.FIN)
    assert await answer_to(scripted) == b"SSH-2.0-OpenSSH\r\n"


async def test_rst_is_a_reset_for_the_peer(scripted: ScriptedGateway) -> None:
    scripted.script = ending(stream(b"abc"), End.RST)
    with pytest.raises(ConnectionResetError):
        await answer_to(scripted)


async def test_hang_says_nothing_more_and_notices_the_peer_leaving(
    scripted: ScriptedGateway,
) -> None:
    scripted.script = ending(stream(b"abc"), End.HANG)
    caller = await Caller.of(scripted)
    caller.ask()
    await caller.exactly(len(CHUNKED + b"3\r\nabc\r\n"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(caller.to_the_end(), 0.05)
    request = await scripted.request()
    assert not request.cancelled.is_set()
    await caller.leave()
    await request.cancelled.wait()
    assert not request.played.is_set()


async def test_gate_holds_the_script_until_it_is_opened(scripted: ScriptedGateway) -> None:
    gate = Gate()
    scripted.script = Script((Head(body="close"), Send(b"a"), gate, Send(b"b")))
    asked = asyncio.create_task(answer_to(scripted))
    await gate.reached.wait()
    assert not (await scripted.request()).played.is_set()
    gate.open()
    assert (await asked).endswith(b"\r\n\r\nab")


async def test_waits_are_scaled() -> None:
    async with ScriptedGateway(before(answer(200), Wait(3600)), scale=0.0) as scripted:
        scripted.script = ending(before(answer(200, "late"), Wait(3600)), End.FIN)
        assert (await answer_to(scripted)).endswith(b"late")


async def test_request_is_recorded(scripted: ScriptedGateway) -> None:
    await answer_to(scripted, "a/b")
    request = await scripted.request()
    assert (request.method, request.path) == ("POST", "/llm?a=1")
    assert request.headers == {"host": "x", "x-name": "Value", "content-length": "16"}
    assert request.json == {"model": "a/b"}


async def test_scripts_in_turn_and_by_model(scripted: ScriptedGateway) -> None:
    first, second, other = (ending(answer(200, text), End.FIN) for text in ("1", "2", "other"))
    scripted.script = by_model({"m": in_turn(first, second), "n": other})
    said = [(await answer_to(scripted, model))[-1:] for model in ("m", "n", "m", "m")]
    assert said == [b"1", b"r", b"2", b"2"]


async def test_script_that_fails_fails_the_test() -> None:
    with pytest.raises(KeyError):
        async with ScriptedGateway(by_model({})) as scripted:
            assert await answer_to(scripted) == b""


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


async def test_split_keeps_the_bytes_and_moves_the_borders() -> None:
    script = split(Script((Head(), Send(b"0123"), Wait(1), Send(b"4567"))), [2, 4, 5, 99])
    pieces = [step.data for step in script.steps if isinstance(step, Send)]
    assert pieces == [b"01", b"23", b"4", b"567"]


async def test_pieces_reach_a_reader_one_by_one(scripted: ScriptedGateway) -> None:
    scripted.script = split(Script((Send(b"abc"),), End.FIN), [1, 2])
    caller = await Caller.of(scripted)
    caller.ask()
    assert await caller.pieces() == [b"a", b"b", b"c"]
    await caller.leave()


@pytest.mark.parametrize("name", MODES)
async def test_every_mode_writes_what_it_describes(name: str) -> None:
    mode = MODES[name]
    assert mode.description
    async with ScriptedGateway(ending(mode.script, End.FIN), scale=0.0) as scripted:
        said = await answer_to(scripted)
    assert said == on_the_wire(ending(mode.script, End.FIN)).body


async def test_modes_cover_separators_as_raw_characters() -> None:
    assert SEPARATORS.encode() in MODES["separators"].script.body


async def test_deltas_concatenate_to_the_text() -> None:
    texts = [json.loads(f.removeprefix(b"data: ")) for f in deltas(["a", "<b>"])]
    assert [t["choices"][0]["delta"]["content"] for t in texts] == ["a", "<b>"]
