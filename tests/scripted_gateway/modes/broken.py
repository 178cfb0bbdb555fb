"""Replies that fail, before or after the first token."""

import json
from collections.abc import Iterator
from typing import Any

from tests.scripted_gateway import livepeer, openai
from tests.scripted_gateway.answers import answer, empty
from tests.scripted_gateway.livepeer import deltas, stream
from tests.scripted_gateway.modes.mode import PIECES, Mode
from tests.scripted_gateway.script import End, Head, Script, Send, Step, Wait, ending

HALF = PIECES[:3]
HALF_TEXT = "".join(HALF)
PAGE = "<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>"


def _data(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _steady(beat: bytes, *frames: bytes) -> Script:
    """The frames, then `beat` ten times a second for a minute, then a clean end."""

    def steps() -> Iterator[Step]:
        yield Head()
        yield from map(Send, frames)
        for _ in range(600):
            yield Send(beat)
            yield Wait(0.1)

    return Script(tuple(steps()))


def _endless_line() -> Script:
    return Script((Head(), Send(b"data: "), *(Send(b"x" * 65536) for _ in range(64))), End.HANG)


def _choices_null() -> Script:
    return ending(stream(*deltas(HALF), _null_result()), End.FIN)


def _null_result() -> bytes:
    """A result without choices, as Go encodes it. A runner's error becomes this."""
    null = {"choices": None, "created": 0, "id": "", "model": ""}
    return b"data: " + livepeer.go_json(null) + b"\n\n"


_ERROR = {"error": {"message": "CUDA out of memory", "code": 500}}
_OBJECT_ERROR = {"object": "error", "message": "CUDA out of memory", "code": 500}

MODES = (
    Mode("silent", "the request is read and nothing ever comes", lambda: Script(end=End.HANG)),
    Mode("closed", "closed without a response", lambda: Script(end=End.FIN)),
    Mode("reset", "reset without a response", lambda: Script(end=End.RST)),
    Mode("empty", "200 with Content-Length 0", empty),
    Mode("no-events", "200, a stream without one frame", stream),
    Mode("html", "200 with a web page", lambda: answer(200, PAGE, "text/html")),
    Mode("truncated", "a clean end without a finish", lambda: stream(*deltas(HALF))),
    Mode(
        "finish-null",
        "[DONE] never comes after frames that never finish, in OpenAI's dialect",
        lambda: stream(openai.role(), *(openai.frame({"content": p}) for p in HALF)),
    ),
    Mode("fin", "closed inside the body", lambda: ending(stream(*deltas(HALF)), End.FIN)),
    Mode("rst", "reset inside the body", lambda: ending(stream(*deltas(HALF)), End.RST)),
    Mode("stalled", "silent after a few tokens", lambda: ending(stream(*deltas(HALF)), End.HANG)),
    Mode("head-only", "a head, then silence", lambda: Script((Head(),), End.HANG)),
    Mode("comments-only", "a minute of comments", lambda: _steady(openai.COMMENT)),
    Mode("roles-only", "a minute of frames with a role alone", lambda: _steady(openai.role())),
    Mode(
        "comments-later",
        "a few tokens, then a minute of comments",
        lambda: _steady(b":\n\n", *deltas(HALF)),
    ),
    Mode("error-frame", '{"error": …} in the first frame', lambda: stream(_data(_ERROR))),
    Mode(
        "object-error",
        '{"object": "error"} in the first frame',
        lambda: stream(_data(_OBJECT_ERROR)),
    ),
    Mode(
        "error-later",
        '{"error": …} after a few tokens',
        lambda: stream(*deltas(HALF), _data(_ERROR)),
    ),
    Mode("choices-null", "a few tokens, choices: null, abort", _choices_null),
    Mode(
        "choices-null-first",
        "choices: null, abort",
        lambda: ending(stream(_null_result()), End.FIN),
    ),
    Mode("finish-error", 'finish_reason "error"', lambda: openai.reply(HALF, "error")),
    Mode("endless-line", "4 MB without an end of line", _endless_line),
)
