"""The output of OpenAI's chat completions, and of servers compatible with it."""

import json
from collections.abc import Iterable
from typing import Any

from tests.scripted_gateway.livepeer import stream
from tests.scripted_gateway.script import Script

DONE = b"data: [DONE]\n\n"
COMMENT = b": OPENROUTER PROCESSING\n\n"


def frame(delta: dict[str, Any], *, finish_reason: str | None = None, **others: object) -> bytes:
    return _data(
        {
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
            **others,
        }
    )


def usage(prompt: int, completion: int) -> bytes:
    """The frame that `stream_options.include_usage` asks for."""
    counts = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    return _data({"choices": [], "usage": counts})


def role() -> bytes:
    return frame({"role": "assistant", "content": ""})


def finish(reason: str = "stop") -> bytes:
    return frame({}, finish_reason=reason)


def reply(pieces: Iterable[str], finish_reason: str = "stop") -> Script:
    contents = [frame({"content": piece}) for piece in pieces]
    return stream(role(), *contents, finish(finish_reason), usage(20, len(contents)), DONE)


def document(content: str, finish_reason: str = "stop") -> dict[str, Any]:
    """A completion in one piece, as for `stream: false`."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1736900000,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 2, "total_tokens": 22},
    }


def _data(fields: dict[str, Any]) -> bytes:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1736900000,
        "model": "m",
        **fields,
    }
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"
