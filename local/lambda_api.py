"""Lambda's Invoke API, for functions that invoke each other.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
from urllib.parse import unquote

from local.event_queue import EventQueue
from local.function import Function, Throttled
from local.http_server import BodyTooLarge, Exchange
from local.invocation import FunctionFailed, Invocation

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_JSON = [("content-type", "application/json")]


# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_BODY = 6 * 1024 * 1024
MAX_EVENT = 1024 * 1024


class LambdaApi:
    """Accepts a function's name or ARN. Kinder than AWS: it checks no permission."""

    def __init__(self, queue: EventQueue) -> None:
        self._functions: dict[str, Function] = {}
        self._queue = queue

    def add(self, function: Function) -> None:
        self._functions[function.definition.name] = function

    async def handle(self, exchange: Exchange) -> None:
        event_only = exchange.header("x-amz-invocation-type").lower() == "event"
        try:
            event = await exchange.body(MAX_EVENT if event_only else MAX_BODY)
        except BodyTooLarge:
            await _refuse(exchange, 413, "RequestTooLargeException")
            return
        match = _PATH.fullmatch(unquote(exchange.path))
        function = self._functions.get(_name(match[1])) if match else None
        if exchange.method != "POST" or function is None:
            await _refuse(exchange, 404, "ResourceNotFoundException")
        elif event_only:
            self._queue.accept(function, event or b"{}")
            await exchange.answer(202)
        else:
            await _invoke(exchange, function, event or b"{}")


def _name(identifier: str) -> str:
    """Return the name in a name or an ARN, without its qualifier."""
    return identifier.rpartition(":function:")[2].partition(":")[0]


async def _whole(invocation: Invocation) -> bytes:
    answer = b""
    while (part := await invocation.read()) is not None:
        answer += part
    return answer


async def _invoke(exchange: Exchange, function: Function, event: bytes) -> None:
    try:
        invocation = function.invoke(event)
    except Throttled:
        await _refuse(exchange, 429, "TooManyRequestsException")
        return
    try:
        await exchange.answer(200, await _whole(invocation), _JSON)
    except FunctionFailed as failure:
        body = {"errorType": failure.kind, "errorMessage": str(failure)}
        headers = [*_JSON, ("x-amz-function-error", "Unhandled")]
        await exchange.answer(200, json.dumps(body).encode(), headers)


async def _refuse(exchange: Exchange, status: int, kind: str) -> None:
    headers = [*_JSON, ("x-amzn-errortype", kind)]
    await exchange.answer(status, json.dumps({"Type": "User", "Message": kind}).encode(), headers)
