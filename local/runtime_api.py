"""The Lambda Runtime API of one environment.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import base64
import json
import time
from contextlib import suppress

from local.http_server import BodyTooLarge, Exchange
from local.invocation import FunctionFailed, Invocation

VERSION = "/2018-06-01/runtime"
ERROR_TYPE = "lambda-runtime-function-error-type"
ERROR_BODY = "lambda-runtime-function-error-body"
RESPONSE_MODE = "lambda-runtime-function-response-mode"
MAX_BUFFERED = 6 * 1024 * 1024
_JSON = [("content-type", "application/json")]


class RuntimeApi:
    def __init__(self, arn: str, timeout_s: float) -> None:
        self._arn = arn
        self._timeout_s = timeout_s
        self._waiting: asyncio.Queue[Invocation] = asyncio.Queue()
        self._current: Invocation | None = None
        # Set while the function waits for work.
        self.idle = asyncio.Event()
        self.init_failure: asyncio.Future[FunctionFailed] = asyncio.Future()

    def hand_out(self, invocation: Invocation) -> None:
        self.idle.clear()
        self._waiting.put_nowait(invocation)

    async def handle(self, exchange: Exchange) -> None:
        path = exchange.path.removeprefix(VERSION)
        match exchange.method, path.split("/"):
            case "GET", ["", "invocation", "next"]:
                await self._next(exchange)
            case "POST", ["", "invocation", request_id, "response"]:
                await self._response(exchange, request_id)
            case "POST", ["", "invocation", request_id, "error"]:
                await self._error(exchange, request_id)
            case "POST", ["", "init", "error"]:
                failure = _failure(exchange.header(ERROR_TYPE), await exchange.body())
                if not self.init_failure.done():
                    self.init_failure.set_result(failure)
                await _accept(exchange)
            case _:
                await exchange.body()
                await exchange.answer(404)

    async def _next(self, exchange: Exchange) -> None:
        await exchange.body()
        self.idle.set()
        left = asyncio.create_task(exchange.client_left())
        waiting = asyncio.create_task(self._waiting.get())
        try:
            await asyncio.wait((left, waiting), return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                return
            invocation = waiting.result()
        finally:
            for task in (left, waiting):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._current = invocation
        deadline_ms = int((time.time() + self._timeout_s) * 1000)
        headers = [
            *_JSON,
            ("Lambda-Runtime-Aws-Request-Id", invocation.id),
            ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", self._arn),
            ("Lambda-Runtime-Trace-Id", invocation.trace_id),
        ]
        await exchange.answer(200, invocation.event, headers)

    async def _response(self, exchange: Exchange, request_id: str) -> None:
        invocation = await self._invocation(exchange, request_id)
        if invocation is None:
            return
        invocation.content_type = exchange.header("content-type")
        if exchange.header(RESPONSE_MODE).lower() == "streaming":
            await _stream(exchange, invocation)
            await _accept(exchange)
        else:
            await _buffer(exchange, invocation)

    async def _error(self, exchange: Exchange, request_id: str) -> None:
        invocation = await self._invocation(exchange, request_id)
        if invocation is not None:
            invocation.fail(_failure(exchange.header(ERROR_TYPE), await exchange.body()))
            await _accept(exchange)

    async def _invocation(self, exchange: Exchange, request_id: str) -> Invocation | None:
        current = self._current
        if current is not None and current.id == request_id and not current.over:
            return current
        await exchange.body()
        await _reject(exchange, 400, "InvalidRequestID")
        return None


async def _stream(exchange: Exchange, invocation: Invocation) -> None:
    try:
        async for part in exchange.parts():
            invocation.write(part)
    except ConnectionError:
        invocation.fail(FunctionFailed("Runtime.TruncatedResponse", "the answer broke off"))
        raise
    if kind := exchange.trailers.get(ERROR_TYPE):
        body = base64.b64decode(exchange.trailers.get(ERROR_BODY, ""))
        invocation.fail(_failure(kind, body))
    else:
        invocation.finish()


async def _buffer(exchange: Exchange, invocation: Invocation) -> None:
    try:
        invocation.write(await exchange.body(MAX_BUFFERED))
        invocation.finish()
        await _accept(exchange)
    except BodyTooLarge:
        invocation.fail(FunctionFailed("Function.ResponseSizeTooLarge", "over 6 MB"))
        await _reject(exchange, 413, "RequestEntityTooLarge")


def _failure(kind: str, body: bytes) -> FunctionFailed:
    try:
        error = json.loads(body)
        return FunctionFailed(kind or error["errorType"], error["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return FunctionFailed(kind or "Runtime.Unknown", body.decode(errors="replace"))


async def _accept(exchange: Exchange) -> None:
    await exchange.answer(202, b'{"status":"OK"}\n', _JSON)


async def _reject(exchange: Exchange, status: int, kind: str) -> None:
    body = {"errorMessage": "Refused by the Runtime API", "errorType": kind}
    await exchange.answer(status, json.dumps(body).encode(), _JSON)
