"""Lambda's Invoke API, for functions that invoke each other.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import asyncio
import json
import re
from urllib.parse import unquote

from local.child import Log
from local.function import Function, Throttled
from local.http_server import Exchange
from local.invocation import FunctionFailed, Invocation

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_JSON = [("content-type", "application/json")]


class LambdaApi:
    """Accepts a function's name or ARN."""

    def __init__(self, log: Log) -> None:
        self._functions: dict[str, Function] = {}
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, function: Function) -> None:
        self._functions[function.definition.name] = function

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def handle(self, exchange: Exchange) -> None:
        event = await exchange.body()
        match = _PATH.fullmatch(unquote(exchange.path))
        function = self._functions.get(_name(match[1])) if match else None
        if exchange.method != "POST" or function is None:
            await _refuse(exchange, 404, "ResourceNotFoundException")
            return
        try:
            invocation = function.invoke(event or b"{}")
        except Throttled:
            await _refuse(exchange, 429, "TooManyRequestsException")
            return
        if exchange.header("x-amz-invocation-type").lower() == "event":
            self._forget(invocation)
            await exchange.answer(202)
        else:
            await _answer(exchange, invocation)

    def _forget(self, invocation: Invocation) -> None:
        """Let it run, and log its failure."""

        async def wait() -> None:
            try:
                await _whole(invocation)
            except FunctionFailed as failure:
                self._log(f"an asynchronous run failed: {failure}")

        task = asyncio.create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _name(identifier: str) -> str:
    """Return the name in a name or an ARN, without its qualifier."""
    return identifier.rpartition(":function:")[2].partition(":")[0]


async def _whole(invocation: Invocation) -> bytes:
    answer = b""
    while (part := await invocation.read()) is not None:
        answer += part
    return answer


async def _answer(exchange: Exchange, invocation: Invocation) -> None:
    try:
        await exchange.answer(200, await _whole(invocation), _JSON)
    except FunctionFailed as failure:
        body = {"errorType": failure.kind, "errorMessage": str(failure)}
        headers = [*_JSON, ("x-amz-function-error", "Unhandled")]
        await exchange.answer(200, json.dumps(body).encode(), headers)


async def _refuse(exchange: Exchange, status: int, kind: str) -> None:
    headers = [*_JSON, ("x-amzn-errortype", kind)]
    await exchange.answer(status, json.dumps({"Type": "User", "Message": kind}).encode(), headers)
