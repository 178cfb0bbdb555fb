"""Client of Lambda's Runtime API: invocations in, responses out.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import contextlib
from dataclasses import dataclass

import h11

from chat.runtime.report import ErrorReport
from chat.runtime.response import ERROR_TYPE, STREAMING_HEADERS, ResponseStream
from shared.aws.connection import END, Connection

BASE = "/2018-06-01/runtime"
CONNECT_PAUSES_S = (0.05, 0.2, 0.5, 1.0)
RECONNECT_PAUSE_S = 0.05


class RuntimeApiError(Exception):
    """No further invocation will come, so the process must end."""


@dataclass(frozen=True, slots=True)
class Invocation:
    request_id: str
    deadline_ms: int
    function_arn: str
    trace_id: str | None
    event: bytes


class RuntimeApi:
    """Polls over one kept connection. Each response has its own connection."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._polling: Connection | None = None

    async def next(self) -> Invocation:
        """Wait for the next invocation, however long. Raises RuntimeApiError."""
        while True:
            polling = self._polling = self._polling or await self._connect()
            try:
                await polling.send(self._request("GET", "/invocation/next"), END)
                response, event = await polling.receive()
            except OSError:
                self.close()
                await asyncio.sleep(RECONNECT_PAUSE_S)
                continue
            if not polling.reuse():
                self.close()
            if response.status_code != 200:
                raise RuntimeApiError(f"The Runtime API answers {response.status_code} to /next")
            return _invocation(response, event)

    async def respond(self, request_id: str) -> ResponseStream:
        """Begin a streamed response. It must be ended."""
        connection = None
        with contextlib.suppress(OSError):
            connection = await Connection.open(self.address)
        stream = ResponseStream(connection)
        path = f"/invocation/{request_id}/response"
        try:
            await stream.begin(self._request("POST", path, STREAMING_HEADERS))
        except BaseException:
            if connection:
                connection.abort()
            raise
        return stream

    async def answer(self, request_id: str, body: bytes) -> None:
        """Answer an invocation that is not an HTTP request, in one piece."""
        await self._post(f"/invocation/{request_id}/response", body, [])

    async def fail(self, request_id: str, error: ErrorReport) -> None:
        """Report that an invocation failed. Possible only before its response began."""
        await self._report(f"/invocation/{request_id}/error", error)

    async def fail_init(self, error: ErrorReport) -> None:
        await self._report("/init/error", error)

    async def restored(self) -> None:
        """Signal that a snapshot can be taken. Returns in each environment restored from it.

        Raises RuntimeApiError.
        """
        try:
            # A new connection: a connection in the snapshot would have no peer after the restore.
            waiting = await self._connect()
            try:
                await waiting.send(self._request("GET", "/restore/next"), END)
                response, _ = await waiting.receive()
            finally:
                waiting.abort()
        except OSError as error:
            raise RuntimeApiError("The Runtime API left before the restore") from error
        if response.status_code != 200:
            raise RuntimeApiError(
                f"The Runtime API answers {response.status_code} to /restore/next"
            )

    async def fail_restore(self, error: ErrorReport) -> None:
        await self._report("/restore/error", error)

    def close(self) -> None:
        if self._polling:
            self._polling.abort()
            self._polling = None

    async def _report(self, path: str, error: ErrorReport) -> None:
        await self._post(path, error.body, [(ERROR_TYPE, error.type)])

    async def _post(self, path: str, body: bytes, headers: list[tuple[str, str]]) -> None:
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *headers,
        ]
        # If the Runtime API is gone, the next poll notices.
        with contextlib.suppress(OSError):
            connection = await Connection.open(self.address)
            request = self._request("POST", path, headers)
            try:
                await connection.send(request, h11.Data(data=body), END)
                await connection.receive()
            finally:
                connection.abort()

    def _request(
        self, method: str, path: str, headers: list[tuple[str, str]] | None = None
    ) -> h11.Request:
        return h11.Request(
            method=method,
            target=BASE + path,
            headers=[("Host", self.address), ("User-Agent", "livepeer-chat"), *(headers or [])],
        )

    async def _connect(self) -> Connection:
        for pause in CONNECT_PAUSES_S:
            try:
                return await Connection.open(self.address)
            except OSError:
                await asyncio.sleep(pause)
        raise RuntimeApiError(f"No Runtime API answers at {self.address}")


def _invocation(response: h11.Response, event: bytes) -> Invocation:
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    return Invocation(
        request_id=headers["lambda-runtime-aws-request-id"],
        deadline_ms=int(headers["lambda-runtime-deadline-ms"]),
        function_arn=headers.get("lambda-runtime-invoked-function-arn", ""),
        trace_id=headers.get("lambda-runtime-trace-id"),
        event=event,
    )
