"""The scripted gateway, tested over a raw socket."""

import asyncio

import pytest

from tests.gateway.raw_client import RawClient, answer_to
from tests.scripted_gateway import (
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
    ending,
)
from tests.scripted_gateway.livepeer import stream

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


async def test_chunked_body_ends_with_the_last_chunk_and_the_connection_stays(
    scripted: ScriptedGateway,
) -> None:
    scripted.script = Script((Head(), Send(b"abc"), Send(b"0123456789abcdef")))
    wire = CHUNKED + b"3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
    client = await RawClient.of(scripted)
    for _ in range(2):
        client.send_request()
        assert await client.read_exactly(len(wire)) == wire
    await client.close()
    assert len(scripted.requests) == 2
    for request in scripted.requests:
        await request.played.wait()
        assert not request.cancelled.is_set()


async def test_close_delimited_body_ends_with_fin(scripted: ScriptedGateway) -> None:
    scripted.script = Script((Head(body="close"), Send(b"abc")))
    assert await answer_to(scripted) == HEAD + b"Connection: close\r\n\r\nabc"


async def test_answer_in_one_piece_has_a_content_length(scripted: ScriptedGateway) -> None:
    scripted.script = ending(answer(503, "busy", headers=(("Retry-After", "7"),)), End.FIN)
    assert await answer_to(scripted) == (
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 7\r\n"
        b"Content-Length: 4\r\n\r\nbusy"
    )


async def test_fin_omits_the_last_chunk(scripted: ScriptedGateway) -> None:
    scripted.script = ending(stream(b"abc"), End.FIN)
    assert await answer_to(scripted) == CHUNKED + b"3\r\nabc\r\n"


async def test_bytes_without_a_head_are_sent_unframed(scripted: ScriptedGateway) -> None:
    scripted.script = Script((Send(b"SSH-2.0-OpenSSH\r\n"),), End.FIN)
    assert await answer_to(scripted) == b"SSH-2.0-OpenSSH\r\n"


async def test_rst_is_a_reset_for_the_peer(scripted: ScriptedGateway) -> None:
    scripted.script = ending(stream(b"abc"), End.RST)
    with pytest.raises(ConnectionResetError):
        await answer_to(scripted)


async def test_hang_sends_nothing_and_notices_the_peer_leaving(
    scripted: ScriptedGateway,
) -> None:
    scripted.script = ending(stream(b"abc"), End.HANG)
    client = await RawClient.of(scripted)
    client.send_request()
    await client.read_exactly(len(CHUNKED + b"3\r\nabc\r\n"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.read_to_end(), 0.05)
    request = await scripted.request()
    assert not request.cancelled.is_set()
    await client.close()
    await request.cancelled.wait()
    assert not request.played.is_set()


async def test_gate_holds_the_script_until_it_is_opened(scripted: ScriptedGateway) -> None:
    gate = Gate()
    scripted.script = Script((Head(body="close"), Send(b"a"), gate, Send(b"b")))
    answering = asyncio.create_task(answer_to(scripted))
    await gate.reached.wait()
    assert not (await scripted.request()).played.is_set()
    gate.open()
    assert (await answering).endswith(b"\r\n\r\nab")


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


async def test_script_that_fails_fails_the_test() -> None:
    with pytest.raises(KeyError):
        async with ScriptedGateway(by_model({})) as scripted:
            assert await answer_to(scripted) == b""
