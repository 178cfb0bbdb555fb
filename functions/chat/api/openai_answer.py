"""Answers in the shape of OpenAI's chat completions."""

import json
import time
from typing import Any

from ulid import ULID

from shared.gateway.chunks import Usage
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Finish
from shared.gateway.tokens import estimate_tokens
from shared.models import Model


def model_json(model: Model) -> dict[str, Any]:
    owner = model.id.partition("/")[0]
    return {"id": model.id, "object": "model", "created": 0, "owned_by": owner}


def usage_json(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
    }


class CompletionAnswer:
    """One completion, written as a stream of chunks or whole."""

    def __init__(self, model_id: str, prompt_tokens: int, *, include_usage: bool = False) -> None:
        self._head: dict[str, Any] = {
            "id": f"chatcmpl-{ULID()}",
            "created": int(time.time()),
            "model": model_id,
        }
        self._prompt_tokens = prompt_tokens
        self._include_usage = include_usage
        self._text: list[str] = []

    def answered_by(self, model_id: str) -> None:
        self._head["model"] = model_id

    def delta(self, text: str) -> bytes:
        delta = {"content": text} if self._text else {"role": "assistant", "content": text}
        self._text.append(text)
        return self._chunk([{"index": 0, "delta": delta, "finish_reason": None}])

    def finish(self, finish: Finish) -> bytes:
        last = self._chunk([{"index": 0, "delta": {}, "finish_reason": finish.reason}])
        if self._include_usage:
            last += self._chunk([], usage=usage_json(self._usage(finish)))
        return last + b"data: [DONE]\n\n"

    def failure(self, error: GatewayError) -> bytes:
        """Clients of this API raise an exception for `error`. No [DONE] follows it."""
        body = {"message": str(error), "type": "api_error", "param": None, "code": "gateway_failed"}
        return b"data: " + json.dumps({"error": body}).encode() + b"\n\n"

    def whole(self, text: str, finish: Finish) -> dict[str, Any]:
        self._text.append(text)
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish.reason}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage_json(self._usage(finish)),
        }

    def _usage(self, finish: Finish) -> Usage:
        if finish.usage:
            return finish.usage
        completion = estimate_tokens("".join(self._text))
        prompt = self._prompt_tokens
        return Usage(prompt, completion, prompt + completion, estimated=True)

    def _chunk(self, choices: list[dict[str, Any]], **rest: Any) -> bytes:
        chunk = {**self._head, "object": "chat.completion.chunk", "choices": choices, **rest}
        return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"
