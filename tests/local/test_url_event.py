import base64
from typing import Any

import pytest

from tests.local.conftest import Serve, Served


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


async def test_cookies_are_a_separate_array(serve: Serve) -> None:
    async with serve() as served:
        headers = [("cookie", "a=1; b=2"), ("cookie", "c=3")]
        event = await event_of(served, "GET", "/echo", headers=headers)
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


async def test_query_is_raw_and_parsed(serve: Serve) -> None:
    async with serve() as served:
        event = await event_of(served, "GET", "/echo?a=1&a=2&b=x%20y&empty=")
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y&empty="
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y", "empty": ""}


async def test_event_without_query_and_body_has_no_such_keys(serve: Serve) -> None:
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


async def test_source_ip_is_the_peer_even_if_the_client_claims_another(serve: Serve) -> None:
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
