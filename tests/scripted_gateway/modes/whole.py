"""Complete replies, in every dialect."""

import json

from tests.scripted_gateway import livepeer, openai
from tests.scripted_gateway.answers import json_answer
from tests.scripted_gateway.livepeer import LEAKED_PREFIX, stream
from tests.scripted_gateway.modes.mode import PIECES, TEXT, Mode
from tests.scripted_gateway.script import Script, Send, Step, Wait, before


def _paced(script: Script, seconds: float) -> Script:
    steps: list[Step] = []
    for step in script.steps:
        steps += [step, Wait(seconds)] if isinstance(step, Send) else [step]
    return Script(tuple(steps), script.end)


def _reasoning() -> Script:
    thoughts = [openai.frame({"reasoning_content": word}) for word in ("Let ", "me ", "think.")]
    contents = [openai.frame({"content": piece}) for piece in PIECES]
    return stream(openai.role(), *thoughts, *contents, openai.finish(), openai.DONE)


def _older_livepeer() -> Script:
    frames = [{"chunk": piece, "done": False} for piece in PIECES] + [{"chunk": "", "done": True}]
    return stream(*(b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames))


def _balance() -> Script:
    """Orchestrators that bill by the second send their balance between the frames."""
    balance = b'data: {"balance": 1234567890}\n\n'
    frames = [part for frame in livepeer.deltas(PIECES) for part in (balance, frame)]
    return stream(*frames, livepeer.frame("", tokens=7, finish_reason="stop"), balance)


def _after_the_finish() -> Script:
    late = livepeer.frame("too late", tokens=8)
    return stream(*livepeer.deltas(PIECES), openai.finish(), late, openai.DONE)


def _finish_with_text() -> Script:
    *most, last = PIECES
    return stream(
        *livepeer.deltas(most), livepeer.frame(last, tokens=len(PIECES), finish_reason="stop")
    )


def _no_usage() -> Script:
    """Some runners send zeros as token counts."""
    pieces = [livepeer.frame(piece, tokens=0, prompt_tokens=0) for piece in PIECES]
    return stream(*pieces, livepeer.frame("", tokens=0, prompt_tokens=0, finish_reason="stop"))


MODES = (
    Mode("normal", "a complete reply in go-livepeer's dialect", lambda: livepeer.reply(PIECES)),
    Mode("openai", "a complete reply in OpenAI's dialect", lambda: openai.reply(PIECES)),
    Mode("slow", "one token a second", lambda: _paced(livepeer.reply(PIECES), 1)),
    Mode(
        "cold",
        "3 minutes of silence, then a complete reply",
        lambda: before(livepeer.reply(PIECES), Wait(180)),
    ),
    Mode("reasoning", "thoughts in a separate field, then a reply", _reasoning),
    Mode("older-livepeer", '{"chunk", "done"} frames', _older_livepeer),
    Mode("balance", "balance frames between the tokens", _balance),
    Mode("after-the-finish", "a frame of text after the finish", _after_the_finish),
    Mode("finish-with-text", "the last text and the finish in one frame", _finish_with_text),
    Mode("no-usage", "a usage of zeros on every frame", _no_usage),
    Mode(
        "leaked-prefix",
        "the chat template's header leaks into the first tokens",
        lambda: livepeer.reply((LEAKED_PREFIX[:9], LEAKED_PREFIX[9:], *PIECES)),
    ),
    Mode("json", "200 with one JSON document", lambda: json_answer(200, openai.document(TEXT))),
    Mode("length", "cut by max_tokens and says so", lambda: openai.reply(PIECES, "length")),
    Mode("tool-calls", "finish_reason tool_calls", lambda: openai.reply(PIECES, "tool_calls")),
    Mode(
        "content-filter",
        "finish_reason content_filter",
        lambda: openai.reply(PIECES, "content_filter"),
    ),
    Mode(
        "done-alone",
        "[DONE] is the only sign of the end",
        lambda: stream(*livepeer.deltas(PIECES), openai.DONE),
    ),
)
