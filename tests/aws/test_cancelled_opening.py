"""A connection is closed if its opening is cancelled, at any moment."""

import asyncio
import socket
from pathlib import Path

import pytest

from shared.aws.connection import Connection
from shared.aws.connections import Connections
from tests.certificates import server_tls, trusting_tls
from tests.counting_server import CountingServer, cancel_at_every_iteration

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSING, SERVING = "127.0.0.2", "127.0.0.1"


@pytest.fixture(params=[[SERVING], [REFUSING, SERVING]], ids=["one address", "two addresses"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Resolves at once. A resolver in a thread would vary the iterations."""
    addresses: list[str] = request.param
    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolver(addresses))
    return "localhost"


def resolver(addresses: list[str]) -> object:
    async def getaddrinfo(loop: object, host: str, port: int, **options: object) -> list[object]:
        await asyncio.sleep(0)
        hosts = addresses if host == "localhost" else [host]
        tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*tcp, (address, port)) for address in hosts]

    return getaddrinfo


@pytest.mark.parametrize("secure", [False, True], ids=["TCP", "TLS"])
async def test_cancelled_opening_leaves_no_socket(
    host: str, tmp_path: Path, *, secure: bool
) -> None:
    server = CountingServer(server_tls(tmp_path) if secure else None)
    tls = trusting_tls(tmp_path) if secure else None

    async def opening() -> None:
        connection = await Connection.open(f"{host}:{server.port}", tls)
        connection.abort()

    async with server.serving():
        assert await cancel_at_every_iteration(server, opening) > 4
        assert server.accepted > 1


async def test_cancelled_request_leaves_no_socket(host: str) -> None:
    server = CountingServer(answer=ANSWER)

    async def opening() -> None:
        connections = Connections(f"http://{host}:{server.port}", connect_s=5, answer_s=5)
        try:
            assert (await connections.post({"host": host}, b"{}")).body == b"{}"
        finally:
            await connections.close()

    async with server.serving():
        assert await cancel_at_every_iteration(server, opening) > 8
