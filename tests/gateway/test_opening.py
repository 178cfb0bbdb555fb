"""A cancelled call to a gateway leaves no connection, whenever it is cancelled."""

from pathlib import Path

import pytest

from shared.gateway.client import gateway_http
from tests.certificates import server_tls, trusting_tls
from tests.counting_server import CountingServer, cancel_at_every_iteration

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
    monkeypatch.setattr("shared.gateway.client.tls", lambda: tls)

    async def opening() -> None:
        async with gateway_http() as http:
            await http.post(f"https://127.0.0.1:{server.port}")

    async with server.serving():
        assert await cancel_at_every_iteration(server, opening) > 8
        assert server.accepted > 1
