"""Parses one data frame of a completion stream, in any server's dialect.

go-livepeer: LLMResponse in github.com/livepeer/go-livepeer, ai/worker/runner.gen.go.
OpenAI: https://platform.openai.com/docs/api-reference/chat-streaming.
"""

import json
from typing import Any, NamedTuple

DONE = "[DONE]"


class Usage(NamedTuple):
    """Token counts. `estimated`: the gateway sent none, so they were counted here."""

    prompt: int
    completion: int
    total: int
    estimated: bool = False


class Chunk(NamedTuple):
    text: str = ""
    # Reasoning models may think for minutes, in a field of its own. That is not yet an answer.
    thinking: bool = False
    finish_reason: str = ""
    usage: Usage | None = None


class FailureFrame(Exception):
    """The server reports a failure in a stream that began with status 200."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("failure frame")
        self.status = status


def parse_chunk(data: str) -> Chunk:
    """Returns an empty chunk for a frame that says nothing about the reply.

    Raises FailureFrame.
    """
    try:
        frame = json.loads(data)
    except (ValueError, RecursionError):
        return Chunk()
    if not isinstance(frame, dict):
        return Chunk()
    _raise_failure(frame)
    if isinstance(frame.get("chunk"), str):
        # go-livepeer before v0.8: {"chunk": "…", "done": false}
        return Chunk(text=frame["chunk"], finish_reason="stop" if frame.get("done") else "")
    usage = _usage(frame.get("usage"))
    choices = frame.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return Chunk(usage=usage)
    delta = choice.get("delta") or choice.get("message")
    delta = delta if isinstance(delta, dict) else {}
    finish_reason = _text(choice.get("finish_reason"))
    if finish_reason == "error":
        raise FailureFrame
    return Chunk(
        text=_text(delta.get("content")),
        thinking=bool(delta.get("reasoning") or delta.get("reasoning_content")),
        finish_reason=finish_reason,
        usage=usage,
    )


def _raise_failure(frame: dict[str, Any]) -> None:
    error = frame.get("error")
    if error or frame.get("object") == "error":
        code = error.get("code") if isinstance(error, dict) else frame.get("code")
        raise FailureFrame(code if isinstance(code, int) else None)
    # When a runner fails mid-stream, go-livepeer serialises its empty result.
    if "choices" in frame and frame["choices"] is None:
        raise FailureFrame


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = _count(value, "prompt_tokens"), _count(value, "completion_tokens")
    # Some runners send a usage of zeros on every chunk.
    if not prompt + completion:
        return None
    return Usage(prompt, completion, prompt + completion)


def _count(usage: dict[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # JSON can escape half of a surrogate pair; UTF-8, and so our wire and table, cannot hold it.
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
