"""One completion as go-livepeer writes it, as frames of a stream or as one document."""

import secrets
import time
from typing import Any

from local import go_json
from local.llama_cpp import Token

_NO_TOKENS = Token("", 0, 0)


class Completion:
    def __init__(self, model: str) -> None:
        self._identity = {
            "id": f"chatcmpl-{secrets.token_hex(8)}",
            "created": int(time.time()),
            "model": model,
        }

    def chunk(self, token: Token) -> bytes:
        # The runner says "stop" even when max_tokens cut the reply.
        choice = {
            "index": 0,
            "delta": {"role": "assistant", "content": token.text},
            "finish_reason": "" if token.text else "stop",
        }
        return _frame(self._encode(choice, token))

    def document(self, text: str, last: Token) -> bytes:
        message = {"role": "assistant", "content": text}
        return self._encode({"index": 0, "message": message, "finish_reason": "stop"}, last)

    def _encode(self, choice: dict[str, Any], token: Token) -> bytes:
        return go_json.dumps(self._identity | {"choices": [choice], "usage": _usage(token)})


def runner_error() -> bytes:
    """Return the empty frame that the gateway sends when its runner fails."""
    empty = {"choices": None, "created": 0, "id": "", "model": "", "usage": _usage(_NO_TOKENS)}
    return _frame(go_json.dumps(empty))


def _frame(document: bytes) -> bytes:
    return b"data: " + document + b"\n\n"


def _usage(token: Token) -> dict[str, int]:
    return {
        "prompt_tokens": token.prompt_tokens,
        "completion_tokens": token.completion_tokens,
        "total_tokens": token.prompt_tokens + token.completion_tokens,
    }
