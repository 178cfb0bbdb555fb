import base64
import json
import os
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.template import Cors
from tests.local.conftest import Serve, Served

CORS = Cors(
    origins=("https://page.example",),
    methods=("GET", "POST"),
    headers=("authorization", "content-type"),
    exposed=("retry-after",),
    max_age_s=600,
)


async def event_of(served: Served, method: str, url: str, **request: Any) -> dict[str, Any]:
    response = await served.client.request(method, url, **request)
    event: dict[str, Any] = response.json()["event"]
    return event


async def test_repeated_headers_are_joined_and_names_are_lower_case(serve: Serve) -> None:
    async with serve() as served:
        headers = [("X-Twice", "one"), ("x-twice", "two"), ("X-Once", "é".encode("latin-1"))]
        event = await event_of(served, "GET", "/echo", headers=headers)
    assert event["headers"]["x-twice"] == "one,two"
    assert event["headers"]["x-once"] == "é"
    assert all(name == name.lower() for name in event["headers"])


async def test_cookies_are_an_array_of_their_own(serve: Serve) -> None:
    async with serve() as served:
        headers = [("cookie", "a=1; b=2"), ("cookie", "c=3")]
        event = await event_of(served, "GET", "/echo", headers=headers)
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


async def test_query_is_given_raw_and_parsed(serve: Serve) -> None:
    async with serve() as served:
        event = await event_of(served, "GET", "/echo?a=1&a=2&b=x%20y&empty=")
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y&empty="
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y", "empty": ""}


async def test_request_without_query_and_body_has_neither(serve: Serve) -> None:
    async with serve() as served:
        event = await event_of(served, "GET", "/echo")
    assert event["rawQueryString"] == ""
    assert event["isBase64Encoded"] is False
    assert {"queryStringParameters", "body", "cookies"}.isdisjoint(event)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain; charset=utf-8", "application/a+json"]
)
async def test_text_body_is_text(serve: Serve, kind: str) -> None:
    async with serve() as served:
        event = await event_of(
            served, "POST", "/echo", content="né".encode(), headers={"content-type": kind}
        )
    assert (event["body"], event["isBase64Encoded"]) == ("né", False)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/octet-stream"}, b"\x00\xff"),
        ({"content-type": "application/json"}, b'"\xff"'),
        ({"content-type": "application/json", "content-encoding": "gzip"}, b"{}"),
        ({}, b"untyped"),
    ],
)
async def test_other_body_is_base64(serve: Serve, headers: dict[str, str], body: bytes) -> None:
    async with serve() as served:
        event = await event_of(served, "POST", "/echo", content=body, headers=headers)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


async def test_source_is_the_peer_whatever_the_client_claims(serve: Serve) -> None:
    async with serve() as served:
        headers = {"x-forwarded-for": "203.0.113.9", "user-agent": "me"}
        event = await event_of(served, "DELETE", "/echo", headers=headers)
    assert event["requestContext"]["http"] == {
        "method": "DELETE",
        "path": "/echo",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "me",
    }
    assert event["headers"]["x-forwarded-for"] == "203.0.113.9,127.0.0.1"
    assert event["version"] == "2.0"


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


async def test_client_that_leaves_is_not_told_to_the_function(serve: Serve, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    query = {"pipe": str(pipe), "done": str(tmp_path / "done")}
    async with serve(cap=1) as served:
        async with served.client.stream("GET", "/gate", params=query) as response:
            pid = (await anext(response.aiter_raw())).split()[1]
        pipe.write_text("")
        # The only environment there may be: it answers again once it is through.
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
            # Meanwhile the loop serves.
            await served.client.get("/echo")
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")


async def test_preflight_is_answered_without_the_function(serve: Serve) -> None:
    async with serve(cors=CORS) as served:
        response = await served.client.options(
            "/echo",
            headers={"origin": "https://page.example", "access-control-request-method": "POST"},
        )
        assert served.function.environments == 0
    assert response.status_code == 200
    assert cors_headers(response) == {
        "access-control-allow-origin": "https://page.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-expose-headers": "retry-after",
        "access-control-max-age": "600",
    }


async def test_each_cors_header_is_sent_once(serve: Serve) -> None:
    async with serve(cors=CORS) as served:
        response = await served.client.get("/echo", headers={"origin": "https://page.example"})
    assert response.headers.get_list("access-control-allow-origin") == ["https://page.example"]
    assert response.headers.get_list("access-control-expose-headers") == ["retry-after"]
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_other_origin_gets_no_cors_headers(serve: Serve, method: str) -> None:
    async with serve(cors=CORS) as served:
        headers = {"origin": "https://else.example", "access-control-request-method": "GET"}
        response = await served.client.request(method, "/echo", headers=headers)
    assert response.status_code == 200
    assert cors_headers(response) == {}


async def test_star_allows_any_origin(serve: Serve) -> None:
    async with serve(cors=Cors(origins=("*",))) as served:
        response = await served.client.get("/echo", headers={"origin": "https://else.example"})
    assert cors_headers(response) == {"access-control-allow-origin": "*"}


async def test_function_sees_what_lambda_would_give_it(serve: Serve) -> None:
    async with serve(OWN="setting") as served:
        environ = (await served.client.get("/echo")).json()["environ"]
    assert environ["OWN"] == "setting"
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "Plain"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environ["_HANDLER"] == "plain.handler"
    assert environ["LAMBDA_TASK_ROOT"].endswith("plain_function")
    # Nothing of ours leaks into it.
    assert "HOME" not in environ
    assert json.dumps(environ).count("PYTEST") == 0


def cors_headers(response: httpx.Response) -> dict[str, str]:
    return {k: v for k, v in response.headers.items() if k.startswith("access-control-")}
