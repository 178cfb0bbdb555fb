import asyncio
import base64

import h11

from chat.runtime.report import ErrorReport
from shared.aws.connection import Connection

ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
ERROR_BODY = "Lambda-Runtime-Function-Error-Body"
# As AWS's runtime for Node sends them, one Trailer line for each name. The body trailer is the
# error report, JSON in base64.
# https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/stream/response-stream.ts
STREAMING_HEADERS = [
    ("Lambda-Runtime-Function-Response-Mode", "streaming"),
    ("Content-Type", "application/vnd.awslambda.http-integration-response"),
    ("Transfer-Encoding", "chunked"),
    ("Trailer", ERROR_TYPE),
    ("Trailer", ERROR_BODY),
]


class ResponseStream:
    """A streamed response.

    Lambda does not tell a function that its client disconnected. So once the connection is `lost`,
    writes are dropped silently and the app runs to its end.
    """

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._answer: asyncio.Task[tuple[h11.Response, bytes]] | None = None
        self._ended = False
        self.lost = connection is None

    async def begin(self, request: h11.Request) -> None:
        await self._send(request)
        if self._connection and not self.lost:
            self._answer = asyncio.create_task(self._connection.receive())
            self._answer.add_done_callback(self._answered)

    async def write(self, data: bytes) -> None:
        if data:
            await self._send(h11.Data(data=data))

    async def end(self, error: ErrorReport | None = None) -> None:
        """Finish, with the error as trailers if there is one. Waits for Lambda's answer."""
        trailers = []
        if error:
            body = base64.b64encode(error.body).decode()
            trailers = [(ERROR_TYPE, error.type), (ERROR_BODY, body)]
        self._ended = True
        try:
            await self._send(h11.EndOfMessage(headers=trailers))
            if self._answer:
                try:
                    response, _ = await self._answer
                    self.lost = self.lost or response.status_code >= 300
                except OSError:
                    self.lost = True
        finally:
            if self._connection:
                # "Close the underlying connection after it has successfully written the response."
                # https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
                self._connection.abort()

    async def _send(self, event: h11.Event) -> None:
        if self._connection and not self.lost:
            try:
                await self._connection.send(event)
            except OSError:
                self.lost = True

    def _answered(self, answer: asyncio.Task[tuple[h11.Response, bytes]]) -> None:
        # An early answer means that Lambda stopped reading. Without the abort, a write that waits
        # for buffer space would wait forever.
        if self._connection and not self._ended:
            self.lost = True
            self._connection.abort()
