"""Complete replies with unusual line ends, byte order marks, separators, sizes or pieces."""

from tests.scripted_gateway import livepeer, openai
from tests.scripted_gateway.livepeer import stream
from tests.scripted_gateway.modes.mode import PIECES, Mode
from tests.scripted_gateway.script import Head, Script, Send, split

# str.splitlines splits at U+2028, U+2029 and U+0085. Inside a JSON string they end no line.
SEPARATORS = "a\u2028b\u2029c\u0085d\x7fe"
LONG = "long " * 40_000


def _line_ends(end: bytes) -> Script:
    return _rewritten(livepeer.reply(PIECES), b"\n", end)


def _without_space() -> Script:
    return _rewritten(livepeer.reply(PIECES), b"data: ", b"data:")


def _rewritten(script: Script, old: bytes, new: bytes) -> Script:
    return stream(script.body.replace(old, new))


def _one_byte_pieces() -> Script:
    script = livepeer.reply(PIECES)
    return split(script, range(len(script.body)))


def _several_data_lines() -> Script:
    frames = livepeer.reply(PIECES).body
    return stream(frames.replace(b',"created"', b'\ndata: ,"created"'))


def _comments() -> Script:
    frames = [step.data for step in livepeer.reply(PIECES).steps if isinstance(step, Send)]
    return stream(*(part for frame in frames for part in (openai.COMMENT, b":\n\n", frame)))


def _closed_at_the_end() -> Script:
    return Script((Head(body="close"), Send(livepeer.reply(PIECES).body)))


def _announced_length() -> Script:
    body = livepeer.reply(PIECES).body
    return Script((Head(body=len(body)), Send(body)))


MODES = (
    Mode("crlf", "lines end with CR LF", lambda: _line_ends(b"\r\n")),
    Mode("cr", "lines end with CR", lambda: _line_ends(b"\r")),
    Mode(
        "bom",
        "a byte order mark first",
        lambda: stream(b"\xef\xbb\xbf", livepeer.reply(PIECES).body),
    ),
    Mode("no-space", "no space after the colon", _without_space),
    Mode("several-data-lines", "a frame over two data lines", _several_data_lines),
    Mode("comments", "comments between the tokens", _comments),
    Mode("one-byte-pieces", "every byte in a separate TCP segment", _one_byte_pieces),
    Mode(
        "done-unended",
        "[DONE] without its blank line",
        lambda: stream(*livepeer.deltas(PIECES), b"data: [DONE]"),
    ),
    Mode(
        "separators",
        "U+2028, U+2029 and U+0085 as they are, inside a string",
        lambda: openai.reply([SEPARATORS]),
    ),
    Mode("long-line", "200 KB in one frame", lambda: livepeer.reply([LONG])),
    Mode("close-delimited", "no framing: the body ends with the connection", _closed_at_the_end),
    Mode("content-length", "a stream with its length announced", _announced_length),
)
