"""Every failure has one class and one sentence, which repeats nothing sent or received."""

import asyncio
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from shared.gateway.client import Gateway
from shared.gateway.connection_errors import connection_error
from shared.gateway.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    status_error,
)
from tests.gateway.transcript import transcript
from tests.scripted_gateway import ScriptedGateway, answer, json_answer, livepeer

KEY = "lp-secret-key-canary"
BODY = "upstream-body-canary"
PERMANENT = [400, 401, 403, 404, 405, 410, 413, 422]
TEMPORARY = [408, 429, 500, 501, 502, 503, 504, 520, 529, 599]


@pytest.mark.parametrize("status", PERMANENT + TEMPORARY)
async def test_status_decides_the_error_class_and_the_body_is_not_repeated(
    http: httpx.AsyncClient, scripted: ScriptedGateway, status: int
) -> None:
    header = (("X-Detail", BODY), ("Retry-After", BODY))
    scripted.script = json_answer(status, {"error": {"message": BODY}, "key": KEY}, header)
    error = (await transcript(Gateway(scripted.url, http, KEY))).error
    assert type(error) is (GatewayRefused if status in PERMANENT else GatewayUnavailable)
    for text in (str(error), repr(error), repr(error.args), repr(error.__cause__)):
        assert BODY not in text
        assert KEY not in text


@pytest.mark.parametrize("status", [*range(201, 208), *range(300, 309), *range(400, 600)])
def test_every_status_has_a_sentence_that_says_what_to_do(status: int) -> None:
    error = status_error(status)
    assert type(error) in (GatewayRefused, GatewayUnavailable)
    assert str(error).endswith(".")
    assert isinstance(error, GatewayUnavailable) == (status in (408, 429) or status >= 500)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_or_ignored(value: str, seconds: float | None) -> None:
    error = status_error(429, value)
    assert isinstance(error, GatewayUnavailable)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, GatewayRefused),
        (400, GatewayRefused),
        (429, GatewayUnavailable),
        (503, GatewayUnavailable),
        ("rate_limit_exceeded", GatewayUnavailable),
        (None, GatewayUnavailable),
    ],
)
async def test_code_of_an_error_frame_decides_the_error_class(
    gateway: Gateway, scripted: ScriptedGateway, code: object, kind: type[GatewayError]
) -> None:
    frame = {"error": {"message": BODY, "code": code}}
    scripted.script = livepeer.stream(b"data: " + json.dumps(frame).encode() + b"\n\n")
    error = (await transcript(gateway)).error
    assert type(error) is kind
    assert BODY not in str(error)


async def test_error_document_under_200_is_unavailable(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = json_answer(200, {"error": {"message": BODY}})
    error = (await transcript(gateway)).error
    assert type(error) is GatewayUnavailable
    assert BODY not in str(error)


@pytest.mark.parametrize("body", ["Welcome", '{"hello": "world"}', "[]", "null", "42", "{"])
async def test_unknown_document_under_200_is_unavailable(
    gateway: Gateway, scripted: ScriptedGateway, body: str
) -> None:
    scripted.script = answer(200, body, "application/json")
    result = await transcript(gateway)
    assert result.deltas == []
    assert isinstance(result.error, GatewayUnavailable)


def request_errors(parent: type[httpx.RequestError]) -> Iterator[type[httpx.RequestError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from request_errors(child)


@pytest.mark.parametrize("kind", [*request_errors(httpx.RequestError)])
def test_every_httpx_error_is_mapped(kind: type[httpx.RequestError]) -> None:
    error = connection_error(kind(BODY))
    assert type(error) in (GatewayRefused, GatewayUnavailable)
    assert BODY not in str(error)


@pytest.mark.parametrize("url", ["", "/llm", "gateway/llm", "ftp://gateway/llm", "http://"])
async def test_malformed_url_is_refused(http: httpx.AsyncClient, url: str) -> None:
    error = (await transcript(Gateway(url, http))).error
    assert type(error) is GatewayRefused
    assert "LIVEPEER_GATEWAY_URL" in str(error)


async def test_closed_port_is_unavailable_and_names_the_setting(http: httpx.AsyncClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = (await transcript(Gateway(f"http://127.0.0.1:{port}/llm", http))).error
    assert type(error) is GatewayUnavailable
    assert "LIVEPEER_GATEWAY_URL" in str(error)
    assert "127.0.0.1" not in str(error)


async def test_plain_http_behind_an_https_address_is_refused(http: httpx.AsyncClient) -> None:
    async def answer_in_plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer_in_plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = (await transcript(Gateway(f"https://127.0.0.1:{port}/llm", http))).error
    assert type(error) is GatewayRefused
    assert "TLS" in str(error)


def test_unknown_host_names_the_setting() -> None:
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, BODY)
    result = connection_error(error)
    assert type(result) is GatewayUnavailable
    assert "host name cannot be found. Check LIVEPEER_GATEWAY_URL" in str(result)
    assert BODY not in str(result)
