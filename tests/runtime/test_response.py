import asyncio

import pytest
from mangum.types import Receive, Scope, Send

from tests.runtime.apps import END, answering, part, responding, start
from tests.runtime.conftest import Gate, Running
from tests.runtime.function_url import function_url_event
from tests.runtime.strict_api import StrictRuntimeApi


async def test_chunk_arrives_while_the_app_is_still_writing(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    second = Gate()

    async def write(send: Send) -> None:
        await send(start())
        await send(part(b"first"))
        await second.wait()
        lambda_api.order.append("app goes on")
        await send(part(b"second"))
        await send(END)

    async with running(responding(write)):
        call = lambda_api.invoke(function_url_event())
        await call.has_body(b"first")
        lambda_api.order.append("first arrived")
        second.open()
        await call.done.wait()

    progress = [line for line in lambda_api.order if "request" not in line and line != "next"]
    assert progress == ["first arrived", "app goes on"]
    assert call.chunks[1:] == [b"first", b"second"]


async def test_prelude_is_json_and_eight_nuls_in_a_chunk_of_its_own(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    headers = [(b"Content-Type", b"text/event-stream"), (b"Cache-Control", b"no-cache")]
    async with running(answering(b"data: 1\n\n", status=201, headers=headers)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()

    assert call.chunks == [
        b'{"statusCode":201,"headers":{"content-type":"text/event-stream",'
        b'"cache-control":"no-cache"},"cookies":[]}\0\0\0\0\0\0\0\0',
        b"data: 1\n\n",
    ]
    assert call.trailers == {}


async def test_trailers_are_declared_one_by_one(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(b"x")):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert [value for name, value in call.headers if name == "trailer"] == [
        "Lambda-Runtime-Function-Error-Type",
        "Lambda-Runtime-Function-Error-Body",
    ]


async def test_cookies_stay_separate_and_repeated_headers_are_joined(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    headers = [
        (b"set-cookie", b"a=1; Path=/"),
        (b"Vary", b"Origin"),
        (b"Set-Cookie", b"b=2, c"),
        (b"vary", b"Accept"),
        (b"x-latin", b"caf\xe9"),
    ]
    async with running(answering(b"x", headers=headers)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.prelude == {
        "statusCode": 200,
        "headers": {"vary": "Origin, Accept", "x-latin": "café"},
        "cookies": ["a=1; Path=/", "b=2, c"],
    }


@pytest.mark.parametrize(
    ("method", "status", "sent", "expected"),
    [
        ("GET", 200, [], {"content-length": "0"}),
        ("GET", 302, [], {"content-length": "0"}),
        ("GET", 204, [], {}),
        ("GET", 304, [], {}),
        ("HEAD", 200, [], {}),
        ("HEAD", 200, [(b"Content-Length", b"12")], {"content-length": "12"}),
    ],
)
async def test_empty_body_has_a_content_length_where_allowed(
    lambda_api: StrictRuntimeApi,
    running: Running,
    method: str,
    status: int,
    sent: list[tuple[bytes, bytes]],
    expected: dict[str, str],
) -> None:
    async with running(answering(b"", status=status, headers=sent)):
        call = lambda_api.invoke(function_url_event(method))
        await call.done.wait()
    assert call.prelude["headers"] == expected
    assert len(call.chunks) == 1


async def test_six_megabytes_in_one_message_arrive_complete(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    body = bytes(range(256)) * 24 * 1024
    async with running(answering(body)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.body == body


async def test_slow_client_slows_down_the_app(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    sent: list[int] = []

    async def write(send: Send) -> None:
        await send(start())
        for _ in range(64):
            await send(part(bytes(1024 * 1024)))
            sent.append(1)
        await send(END)

    resume_reading = asyncio.Event()
    async with running(responding(write)):
        call = lambda_api.invoke(function_url_event(), resume_reading=resume_reading)
        await call.has_body(bytes(8))
        before = -1
        while before != len(sent):
            before = len(sent)
            await asyncio.sleep(0.1)
        assert len(sent) < 64
        resume_reading.set()
        await call.done.wait()
    assert len(call.body) == 64 * 1024 * 1024


async def test_app_finishes_and_the_next_request_is_served_after_a_lost_connection(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    finished: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        for _ in range(200):
            await send(part(bytes(64 * 1024)))
        await send(END)
        finished.append(200)

    async with running(app):
        lambda_api.invoke(function_url_event(), drop_after_chunks=2)
        second = lambda_api.invoke(function_url_event())
        await second.done.wait()
    assert finished == [200, 200]
    assert len(second.body) == 200 * 64 * 1024


async def test_refused_response_does_not_block_the_app(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(*[bytes(1024 * 1024)] * 64)):
        lambda_api.invoke(function_url_event(), refuse_after_chunks=2)
        second = lambda_api.invoke(function_url_event())
        await second.done.wait()
    assert len(second.body) == 64 * 1024 * 1024
