"""Answers in one piece: errors, documents, redirects, empty ones."""

import json
from typing import Any

from tests.scripted_gateway.script import Head, Headers, Script, Send


def answer(
    status: int, body: bytes | str = b"", media_type: str = "text/plain", headers: Headers = ()
) -> Script:
    data = body.encode() if isinstance(body, str) else body
    head = Head(status, (("Content-Type", media_type), *headers), body=len(data))
    return Script((head, Send(data)))


def json_answer(status: int, value: Any, headers: Headers = ()) -> Script:
    return answer(status, json.dumps(value), "application/json", headers)


def redirect(status: int, location: str) -> Script:
    return answer(status, headers=(("Location", location),))


def empty() -> Script:
    """The answer of go-livepeer if it understood no chunk of the runner."""
    return answer(200, media_type="text/event-stream")
