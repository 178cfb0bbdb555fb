"""Writes server-sent events."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

PING = b": ping\n\n"

# Keep caches and proxies from buffering or changing the stream.
_SSE_HEADERS = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}


def sse_response(events: AsyncIterator[bytes], request_id: str) -> StreamingResponse:
    headers = {**_SSE_HEADERS, "x-request-id": request_id}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def named_event(name: str, data: Mapping[str, Any]) -> bytes:
    """A `turn`, `status` or `done` event. ASCII only, so the data cannot hold a line end."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class ChunkWriter:
    """Writes the chunks of one reply in OpenAI's shape. Encodes what they share only once."""

    def __init__(self, reply_id: str, model: str, created: int) -> None:
        head = {
            "id": reply_id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
        }
        self._head = (
            json.dumps(head, separators=(",", ":"))[:-1] + ',"choices":[{"index":0,"delta":'
        )

    def delta(self, text: str, delivered: int | None = None) -> bytes:
        """`delivered`: characters of the reply up to and including this chunk, to resume from."""
        place = "" if delivered is None else f"id: {delivered}\n"
        content = json.dumps(text)
        return (
            f'{place}data: {self._head}{{"content":{content}}},"finish_reason":null}}]}}\n\n'
        ).encode()

    def finish(self, reason: str) -> bytes:
        return f'data: {self._head}{{}},"finish_reason":{json.dumps(reason)}}}]}}\n\n'.encode()
