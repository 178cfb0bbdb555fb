import json
from typing import Any

import pytest
from mangum.types import Receive, Scope, Send

from tests.runtime.apps import answering, echo, start
from tests.runtime.conftest import Running
from tests.runtime.function_url import function_url_event
from tests.runtime.strict_api import StrictRuntimeApi


async def test_query_cookies_and_headers_reach_the_scope(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    scopes: list[Scope] = []
    event = function_url_event(
        "DELETE",
        "/api/caf%C3%A9",
        query="a=1&a=2&b=%20",
        headers={"X-Many": "one,two"},
        cookies=["a=1", "b=2"],
    )
    async with running(answering(b"", scopes=scopes)):
        await lambda_api.invoke(event).done.wait()

    [scope] = scopes
    headers = {bytes(name): value for name, value in scope["headers"]}
    assert (scope["method"], scope["path"]) == ("DELETE", "/api/café")
    assert scope["query_string"] == b"a=1&a=2&b=%20"
    assert (headers[b"cookie"], headers[b"x-many"]) == (b"a=1; b=2", b"one,two")
    assert scope["client"] == ("203.0.113.7", 0)


@pytest.mark.parametrize("size", [0, 1, 6 * 1024 * 1024])
async def test_base64_body_arrives_complete(
    lambda_api: StrictRuntimeApi, running: Running, size: int
) -> None:
    body = (bytes(range(256)) * (size // 256 + 1))[:size]
    async with running(echo):
        call = lambda_api.invoke(function_url_event("POST", body=body))
        await call.done.wait()
    assert call.body == body


async def test_text_body_arrives_as_utf8(lambda_api: StrictRuntimeApi, running: Running) -> None:
    event = function_url_event("POST") | {"body": "grüße", "isBase64Encoded": False}
    async with running(echo):
        call = lambda_api.invoke(event)
        await call.done.wait()
    assert call.body == "grüße".encode()


async def test_receive_waits_for_the_end_of_the_response_after_the_body(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    received: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.append((await receive())["type"])
        await send(start())
        await send({"type": "http.response.body", "body": b"x"})
        received.append((await receive())["type"])

    async with running(app):
        await lambda_api.invoke(function_url_event()).done.wait()
    assert received == ["http.request", "http.disconnect"]


async def test_event_without_headers_is_answered(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(b"ok")):
        call = lambda_api.invoke(function_url_event() | {"headers": None})
        await call.done.wait()
    assert (call.prelude["statusCode"], call.body) == (200, b"ok")


@pytest.mark.parametrize(
    "broken",
    [
        {"headers": {"host": "a:b:c"}},
        {"headers": {"host": "a:port"}},
        {"headers": {"host": "[::1]:80"}},
        {"headers": {"x-forwarded-port": "443, 80"}},
        {"headers": {"x-name": "\ud800"}},
        {"body": "a", "isBase64Encoded": True},
        {"body": "\udfff", "isBase64Encoded": False},
        {"rawQueryString": "q=\ud800"},
    ],
)
async def test_unreadable_request_is_400(
    lambda_api: StrictRuntimeApi, running: Running, broken: dict[str, Any]
) -> None:
    scopes: list[Scope] = []
    async with running(answering(b"ok", scopes=scopes)):
        call = lambda_api.invoke(function_url_event() | broken)
        healthy = lambda_api.invoke(function_url_event())
        await healthy.done.wait()

    assert call.prelude["statusCode"] == 400
    assert call.prelude["headers"] == {"content-type": "application/json"}
    assert json.loads(call.body)["error"]["code"] == "bad_request"
    assert (len(scopes), healthy.body) == (1, b"ok")


@pytest.mark.parametrize(
    "event",
    [{"source": "schedule"}, [], None, "text", {"requestContext": None}, {"version": "2.0"}],
)
async def test_event_that_is_no_request_is_an_invocation_error(
    lambda_api: StrictRuntimeApi, running: Running, event: object
) -> None:
    async with running(answering(b"ok")):
        call = lambda_api.invoke(event)
        await call.done.wait()
    assert call.error
    assert call.error["errorType"] == "Runtime.UnknownEvent"
    assert "Function URL" in call.error["errorMessage"]


async def test_event_that_is_no_json_is_an_invocation_error(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(b"ok")):
        call = lambda_api.invoke(b"{")
        await call.done.wait()
    assert call.error
    assert call.error["errorType"] == "Runtime.JSONDecodeError"
