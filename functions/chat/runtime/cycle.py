import asyncio
import json
from collections.abc import Iterable

from mangum.types import Message

from chat.runtime.api import RuntimeApi
from chat.runtime.report import ErrorReport
from chat.runtime.request import HttpRequest
from chat.runtime.response import ResponseStream

NO_BODY_STATUSES = (204, 304)


class IncompleteResponseError(Exception):
    """The app returned before it had completed its response."""


class Cycle:
    """One request and its response: the `receive` and `send` of an ASGI call.

    The response starts with the first body message. Until then a failure can be reported as an
    error of the invocation, and an empty body is known before the headers are sent.
    """

    def __init__(self, api: RuntimeApi, request_id: str, request: HttpRequest) -> None:
        self._api = api
        self._request_id = request_id
        self._request = request
        self._received = False
        self._start: Message | None = None
        self._stream: ResponseStream | None = None
        self._complete = asyncio.Event()

    @property
    def client_lost(self) -> bool:
        return self._stream is not None and self._stream.lost

    async def receive(self) -> Message:
        if not self._received:
            self._received = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start" if self._start is None:
                self._start = message
            case "http.response.body" if self._start and not self._complete.is_set():
                await self._send_body(message.get("body", b""), message.get("more_body", False))
            case unexpected:
                raise RuntimeError(f"The app sent {unexpected} at the wrong time")

    async def fail(self, error: ErrorReport) -> None:
        """Report a failure of the app, as an error or, after the prelude, as trailers."""
        if self._stream is None:
            await self._api.fail(self._request_id, error)
        elif not self._complete.is_set():
            await self._stream.end(error)
        self._complete.set()

    def missing(self) -> IncompleteResponseError | None:
        if self._complete.is_set():
            return None
        return IncompleteResponseError("The app returned before its response was complete")

    async def _send_body(self, body: bytes, more: bool) -> None:
        if self._stream is None:
            head = self._prelude(empty=not body and not more)
            self._stream = await self._api.respond(self._request_id)
            await self._stream.write(head)
        await self._stream.write(body)
        if not more:
            await self._stream.end()
            self._complete.set()

    def _prelude(self, empty: bool) -> bytes:
        assert self._start is not None  # noqa: S101
        status = self._start["status"]
        headers = list(self._start.get("headers", ()))
        has_length = any(name.lower() == b"content-length" for name, _ in headers)
        no_body = status in NO_BODY_STATUSES or self._request.scope["method"] == "HEAD"
        if empty and not has_length and not no_body:
            # Clients of a Function URL wait for the body of an empty chunked response:
            # https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95
            headers.append((b"content-length", b"0"))
        return prelude(status, headers)


def prelude(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Precedes the body: status, headers and cookies as JSON, then eight NUL bytes.

    Keeps the app's Content-Length: the client receives that length, however the chunks are cut.
    """
    fields: dict[str, str] = {}
    cookies = []
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "set-cookie":
            cookies.append(value)
        else:
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
    head = {"statusCode": status, "headers": fields, "cookies": cookies}
    return json.dumps(head, separators=(",", ":")).encode() + bytes(8)
