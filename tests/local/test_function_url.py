import os
import socket
from pathlib import Path

import httpx
import pytest

from local.pace import Pace
from tests.local.conftest import CORS, Serve


async def test_chunk_reaches_the_client_while_the_function_still_works(
    serve: Serve, tmp_path: Path
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    async with (
        serve() as served,
        served.client.stream("GET", "/gate", params={"pipe": str(pipe)}) as response,
    ):
        parts = response.aiter_raw()
        first = await anext(parts)
        pipe.write_text("")
        rest = b"".join([part async for part in parts])
    assert first.startswith(b"pid ")
    assert rest == b"opened\n"


async def test_function_does_not_notice_that_its_client_left(serve: Serve, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    query = {"pipe": str(pipe), "done": str(tmp_path / "done")}
    async with serve(cap=1) as served:
        async with served.client.stream("GET", "/gate", params=query) as response:
            pid = (await anext(response.aiter_raw())).split()[1]
        pipe.write_text("")
        # The only environment allowed. It answers again once it has finished.
        answer = await served.get_when_idle("/echo")
    assert answer.json()["pid"] == int(pid)
    assert (tmp_path / "done").exists()


async def test_status_headers_and_cookies_come_from_the_prelude(serve: Serve) -> None:
    async with serve() as served:
        response = await served.client.get("/headers")
    assert response.status_code == 418
    assert response.headers["x-own"] == "yes"
    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers


@pytest.mark.parametrize("path", ["/fail", "/die"])
async def test_failure_before_the_answer_is_502(serve: Serve, path: str) -> None:
    async with serve(cors=CORS) as served:
        response = await served.client.get(path, headers={"origin": "https://page.example"})
    assert (response.status_code, response.text) == (502, "Internal Server Error")
    assert response.headers["access-control-allow-origin"] == "https://page.example"


@pytest.mark.parametrize("path", ["/break-off", "/die-midway"])
async def test_failure_midway_breaks_the_connection(serve: Serve, path: str) -> None:
    async with serve() as served, served.client.stream("GET", path) as response:
        parts = response.aiter_raw()
        assert await anext(parts) == b"so far"
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await anext(parts)


async def test_event_over_six_megabytes_is_413(serve: Serve) -> None:
    """What counts is the event, in which a binary body is a third larger."""
    six = 6 * 1024 * 1024
    async with serve(cors=CORS) as served:

        async def post(size: int, kind: str) -> httpx.Response:
            headers = {"origin": "https://page.example", "content-type": kind}
            return await served.client.post("/echo", content=b"x" * size, headers=headers)

        within = await post(six - 4096, "text/plain")
        over = await post(six - 100, "text/plain")
        binary = await post(5 * 1024 * 1024, "image/png")
        huge = await post(six + 1, "text/plain")
    assert (within.status_code, over.status_code) == (200, 413)
    assert (binary.status_code, huge.status_code) == (413, 413)
    assert over.headers["access-control-allow-origin"] == "https://page.example"


async def test_response_is_slow_after_six_megabytes(serve: Serve) -> None:
    async with serve() as served:
        response = await served.client.get("/large", params={"megabytes": "7"})
    assert len(response.content) == 7 * 1024 * 1024
    assert response.elapsed.total_seconds() >= 0.4


async def test_response_ends_at_the_limit() -> None:
    pace = Pace(uncapped=10, rate=1000, limit=12)
    assert [await pace.allow(size) for size in (5, 5, 2, 1)] == [True, True, True, False]


async def test_malformed_request_is_400(serve: Serve) -> None:
    async with serve() as served:
        url = served.client.base_url
        with socket.create_connection((url.host, url.port or 0)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nno colon\r\n\r\n")
            # Let the event loop serve the raw request.
            await served.client.get("/echo")
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")
