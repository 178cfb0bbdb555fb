"""A Function URL with InvokeMode RESPONSE_STREAM: each chunk is sent on as it is written."""

import json
from dataclasses import dataclass

from local.cors import Pairs, is_preflight, preflight_headers, response_headers
from local.function import Function, Throttled
from local.http_server import BodyTooLarge, Exchange
from local.invocation import FunctionFailed, Invocation
from local.pace import Pace
from local.template import Cors
from local.url_event import build_url_event

# The whole event counts, with its headers and the base64 of a binary body.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_EVENT = 6 * 1024 * 1024
PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"
PRELUDE_END = b"\0" * 8
_TEXT = [("content-type", "text/plain")]
# The server sets these itself.
_FRAMING = {"connection", "content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Prelude:
    status: int
    headers: Pairs
    # The part of the body that arrived in the same chunk.
    rest: bytes


class FunctionUrl:
    def __init__(self, function: Function, cors: Cors | None, port: int) -> None:
        self._function = function
        self._cors = cors or Cors()
        self._port = port

    async def handle(self, exchange: Exchange) -> None:
        origin = exchange.header("origin")
        if is_preflight(exchange):
            await exchange.body()
            await exchange.answer(200, headers=preflight_headers(self._cors, origin))
            return
        added = response_headers(self._cors, origin)
        try:
            body = await exchange.body(MAX_EVENT)
            event = json.dumps(build_url_event(exchange, body, self._port)).encode()
            if len(event) > MAX_EVENT:
                raise BodyTooLarge
            invocation = self._function.invoke(event)
        except BodyTooLarge:
            await exchange.answer(413, b"Request Entity Too Large", [*_TEXT, *added])
        except Throttled:
            await exchange.answer(429, b"Rate Exceeded.", [*_TEXT, *added])
        else:
            added.append(("x-amzn-requestid", invocation.id))
            await _relay(invocation, exchange, added)


async def _relay(invocation: Invocation, exchange: Exchange, added: Pairs) -> None:
    try:
        prelude = await _read_prelude(invocation)
    except FunctionFailed:
        await exchange.answer(502, b"Internal Server Error", [*_TEXT, *added])
        return
    pace = Pace()
    part: bytes | None = prelude.rest
    try:
        await exchange.start(prelude.status, [*prelude.headers, *added])
        while part is not None:
            if not await pace.allow(len(part)):
                return
            if part:
                await exchange.send(part)
            part = await invocation.read()
    except FunctionFailed:
        # Do not end the body: the client must see that it is broken, not a shorter one.
        return
    await exchange.end()


async def _read_prelude(invocation: Invocation) -> Prelude:
    head = await invocation.read() or b""
    if invocation.content_type != PRELUDE_TYPE:
        kind = invocation.content_type or "application/octet-stream"
        return Prelude(200, [("content-type", kind)], head)
    while PRELUDE_END not in head:
        part = await invocation.read()
        if part is None:
            raise FunctionFailed("Runtime.BadPrelude", "the prelude never ended")
        head += part
    text, _, rest = head.partition(PRELUDE_END)
    return _parse_prelude(text, rest)


def _parse_prelude(text: bytes, rest: bytes) -> Prelude:
    try:
        prelude = json.loads(text or b"{}")
        pairs = [(str(name), str(value)) for name, value in prelude.get("headers", {}).items()]
        headers = [pair for pair in pairs if pair[0].lower() not in _FRAMING]
        headers += [("set-cookie", str(cookie)) for cookie in prelude.get("cookies", ())]
        return Prelude(int(prelude.get("statusCode", 200)), headers, rest)
    except (ValueError, TypeError, AttributeError) as error:
        raise FunctionFailed("Runtime.BadPrelude", str(error)) from error
