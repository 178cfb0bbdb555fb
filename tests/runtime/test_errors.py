import asyncio

import pytest
from mangum.types import Receive, Scope, Send

from tests.runtime.apps import END, answering, part, responding, start
from tests.runtime.conftest import Running
from tests.runtime.function_url import function_url_event
from tests.runtime.protocol import ERROR_TYPE
from tests.runtime.strict_api import StrictRuntimeApi


async def test_error_before_the_response_is_an_invocation_error(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("no table")

    async with running(app):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.error
    assert call.error["errorType"] == "Function.ValueError"
    assert call.error["errorMessage"] == "no table"
    assert any("in app" in line for line in call.error["stackTrace"])
    assert call.chunks == []


async def test_error_between_headers_and_body_is_an_invocation_error(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def write(send: Send) -> None:
        await send(start())
        raise KeyError("x")

    async with running(responding(write)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.error
    assert call.error["errorType"] == "Function.KeyError"


async def test_error_after_the_prelude_is_sent_as_trailers(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def write(send: Send) -> None:
        await send(start())
        await send(part(b"half an ans"))
        raise ConnectionResetError("gateway\r\nX-Forged: 1 " + "long" * 2000)

    async with running(responding(write)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.body == b"half an ans"
    assert call.trailers[ERROR_TYPE] == "Function.ConnectionResetError"
    assert call.trailer_report["errorType"] == "Function.ConnectionResetError"
    assert call.trailer_report["errorMessage"].startswith("gateway\r\nX-Forged")
    assert len(call.trailers["lambda-runtime-function-error-body"]) < 8000


async def test_error_after_the_last_chunk_is_ignored(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def write(send: Send) -> None:
        await send(start())
        await send(part(b"whole"))
        await send(END)
        raise ValueError("too late")

    async with running(responding(write)):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert (call.body, call.trailers, call.error) == (b"whole", {}, None)


async def test_app_that_returns_too_early_is_an_error(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/half":
            await send(start())
            await send(part(b"half"))

    async with running(silent):
        nothing = lambda_api.invoke(function_url_event())
        half = lambda_api.invoke(function_url_event(path="/half"))
        await half.done.wait()
    assert nothing.error
    assert nothing.error["errorType"] == "Function.IncompleteResponseError"
    assert half.trailers[ERROR_TYPE] == "Function.IncompleteResponseError"


@pytest.mark.parametrize(
    "error", [asyncio.CancelledError(), ExceptionGroup("many", [ValueError("one")])]
)
async def test_app_errors_do_not_end_the_process(
    lambda_api: StrictRuntimeApi, running: Running, error: BaseException
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/bad":
            raise error
        await answering(b"ok")(scope, receive, send)

    async with running(app):
        bad = lambda_api.invoke(function_url_event(path="/bad"))
        good = lambda_api.invoke(function_url_event())
        await good.done.wait()
    assert bad.error
    assert good.body == b"ok"


async def test_unexpected_message_is_an_error(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(responding(lambda send: send(END))):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.error
    assert call.error["errorMessage"] == "The app sent http.response.body at the wrong time"
