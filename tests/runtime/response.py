"""The function's response to an invocation, read from the bytes."""

import asyncio
import json

from tests.runtime.call import Call
from tests.runtime.protocol import answer, line_of, require


async def read_whole(call: Call, reader: asyncio.StreamReader) -> None:
    """Read the answer to an event that is no HTTP request: buffered JSON."""
    fields = dict(call.headers)
    require("requestContext" not in json.loads(call.event), "an HTTP response must stream")
    require(fields.get("content-type") == "application/json", "content type")
    require("lambda-runtime-function-response-mode" not in fields, "mode")
    call.chunks.append(await reader.readexactly(int(fields["content-length"])))


async def read_chunks(
    call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    fields = dict(call.headers)
    require(fields.get("lambda-runtime-function-response-mode") == "streaming", "mode")
    require(fields.get("transfer-encoding") == "chunked", "not chunked")
    require("content-length" not in fields, "chunked with a length")
    require(
        fields.get("content-type") == "application/vnd.awslambda.http-integration-response",
        "content type",
    )
    while size := int((await line_of(reader)), 16):
        call.chunks.append(await reader.readexactly(size))
        require(await line_of(reader) == "", "chunk without its CRLF")
        call.changed.set()
        if len(call.chunks) == call.drop_after_chunks:
            writer.transport.abort()
            raise ConnectionAbortedError
        if call.resume_reading:
            await call.resume_reading.wait()
        if len(call.chunks) == call.refuse_after_chunks:
            await answer(writer, "413 Content Too Large")
            call.done.set()
            await asyncio.Event().wait()
    declared = {value.lower() for name, value in call.headers if name == "trailer"}
    while trailer := await line_of(reader):
        name, value = trailer.split(": ", 1)
        require(name.lower() in declared, f"trailer {name} was not declared")
        call.trailers[name.lower()] = value
