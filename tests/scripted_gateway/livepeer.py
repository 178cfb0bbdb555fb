"""The output of go-livepeer's `/llm`, byte for byte.

Its frames are Go's encoding/json of `LLMResponse`: keys in alphabetical order, no spaces,
`<`, `>` and `&` escaped, no comments, no `[DONE]`. Every frame holds the usage so far.
https://github.com/livepeer/go-livepeer/blob/master/ai/worker/runner.gen.go
"""

import json
from collections.abc import Iterable
from typing import Any

from tests.scripted_gateway.script import Head, Script, Send

MODEL = "meta-llama/Meta-Llama-3.1-8B-Instruct"
PROMPT_TOKENS = 20
LEAKED_PREFIX = "<|start_header_id|>assistant<|end_header_id|>\n\n"

_GO_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def go_json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_GO_ESCAPES).encode()


def frame(
    content: str, *, tokens: int, finish_reason: str = "", prompt_tokens: int = PROMPT_TOKENS
) -> bytes:
    delta = {"content": content, "role": "assistant"}
    chunk = {
        "choices": [{"delta": delta, "finish_reason": finish_reason, "index": 0}],
        "created": 1736900000,
        "id": "chatcmpl-1",
        "model": MODEL,
        "usage": {
            "completion_tokens": tokens,
            "prompt_tokens": prompt_tokens,
            "total_tokens": prompt_tokens + tokens,
        },
    }
    return b"data: " + go_json(chunk) + b"\n\n"


def deltas(pieces: Iterable[str]) -> list[bytes]:
    """One frame for each piece, without the finish."""
    return [frame(piece, tokens=count) for count, piece in enumerate(pieces, 1)]


def reply(pieces: Iterable[str], finish_reason: str = "stop") -> Script:
    """A complete answer: the pieces, an empty frame with the finish, the end of the body."""
    body = deltas(pieces)
    body.append(frame("", tokens=len(body), finish_reason=finish_reason))
    return stream(*body)


def stream(*frames: bytes) -> Script:
    """A 200 with these frames, each in a separate piece."""
    return Script((Head(), *map(Send, frames)))
