import os
import socket
from pathlib import Path

import httpx
import pytest

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


async def test_body_over_six_megabytes_is_413(serve: Serve) -> None:
    async with serve(cors=CORS) as served:
        within = await served.client.post("/echo", content=b"x" * 6 * 1024 * 1024)
        over = await served.client.post(
            "/echo",
            content=b"x" * (6 * 1024 * 1024 + 1),
            headers={"origin": "https://page.example"},
        )
    assert (within.status_code, over.status_code) == (200, 413)
    assert over.headers["access-control-allow-origin"] == "https://page.example"


async def test_malformed_request_is_400(serve: Serve) -> None:
    async with serve() as served:
        url = served.client.base_url
        with socket.create_connection((url.host, url.port or 0)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nno colon\r\n\r\n")
            # Let the event loop serve the raw request.
            await served.client.get("/echo")
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")
