"""The rules of Lambda's Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
from typing import Any

ERROR_TYPE = "lambda-runtime-function-error-type"
ERROR_BODY = "lambda-runtime-function-error-body"


class Breach(Exception):
    """The client broke the protocol."""


def require(holds: bool, breach: str) -> None:
    if not holds:
        raise Breach(breach)


async def line_of(reader: asyncio.StreamReader) -> str:
    line = await reader.readuntil(b"\r\n")
    return line.removesuffix(b"\r\n").decode("ascii")


async def report(headers: list[tuple[str, str]], reader: asyncio.StreamReader) -> dict[str, Any]:
    fields = dict(headers)
    require(fields.get("content-type") == "application/json", "an error report is JSON")
    body: dict[str, Any] = json.loads(await reader.readexactly(int(fields["content-length"])))
    require(body.keys() == {"errorType", "errorMessage", "stackTrace"}, f"report {sorted(body)}")
    require(fields.get(ERROR_TYPE) == body["errorType"], "error type of header and body differ")
    return body


async def answer(writer: asyncio.StreamWriter, status: str = "202 Accepted") -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()
