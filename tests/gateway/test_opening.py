"""A connection to a gateway is closed when its opening is cancelled, at whatever moment."""

from pathlib import Path

import pytest

from shared.gateway.client import gateway_http
from tests.certificates import server_tls, trusting_tls
from tests.counting_server import Accepting, cancel_everywhere

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def test_cancelled_request_leaves_no_socket() -> None:
    server = Accepting(answer=ANSWER)

    async def opening() -> None:
        async with gateway_http() as http:
            await http.post(f"http://127.0.0.1:{server.port}")

    async with server.serving():
        assert await cancel_everywhere(server, opening) > 8


async def test_cancelled_tls_request_leaves_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Accepting(server_tls(tmp_path), ANSWER)
    tls = trusting_tls(tmp_path)
    # The certificate is for a name, whose lookup in a thread would make the iterations uneven.
    tls.check_hostname = False
    monkeypatch.setattr("shared.gateway.client.tls", lambda: tls)

    async def opening() -> None:
        async with gateway_http() as http:
            await http.post(f"https://127.0.0.1:{server.port}")

    async with server.serving():
        assert await cancel_everywhere(server, opening) > 8
        assert server.accepted > 1
