"""A cancelled call to a gateway leaves no connection, whenever it is cancelled."""

from contextlib import aclosing
from pathlib import Path

import pytest

from shared.gateway.client import Gateway, gateway_http
from tests.certificates import server_tls, trusting_tls
from tests.counting_server import CountingServer, cancel_at_every_iteration
from tests.gateway.transcript import PATIENT, completion
from tests.scripted_gateway import livepeer

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def test_cancelled_request_leaves_no_socket() -> None:
    server = CountingServer(answer=ANSWER)

    async def opening() -> None:
        async with gateway_http() as http:
            await http.post(f"http://127.0.0.1:{server.port}")

    async with server.serving():
        assert await cancel_at_every_iteration(server, opening) > 8


async def test_cancelled_tls_request_leaves_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = CountingServer(server_tls(tmp_path), ANSWER)
    tls = trusting_tls(tmp_path)
    # The certificate is for localhost. Resolving that in a thread would vary the iterations.
    tls.check_hostname = False
    monkeypatch.setattr("shared.gateway.transport.tls", lambda: tls)

    async def opening() -> None:
        async with gateway_http() as http:
            await http.post(f"https://127.0.0.1:{server.port}")

    async with server.serving():
        assert await cancel_at_every_iteration(server, opening) > 8
        assert server.accepted > 1


async def test_cancelled_reply_leaves_no_socket_while_the_client_stays_open() -> None:
    events = livepeer.reply(["Hello"]).body
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n"
    server = CountingServer(answer=head % len(events) + events)
    async with server.serving(), gateway_http() as http:
        gateway = Gateway(f"http://127.0.0.1:{server.port}/llm", http)

        async def reply() -> None:
            async with aclosing(gateway.stream(completion(), PATIENT)) as stream:
                async for _ in stream:
                    pass

        assert await cancel_at_every_iteration(server, reply) > 12
