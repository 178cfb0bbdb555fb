"""Decodes server-sent events from bytes.

The event stream grammar is https://html.spec.whatwg.org/multipage/server-sent-events.html.
Lines end with LF, CRLF or CR and nothing else: `str.splitlines` and `httpx.aiter_lines` also
split on U+2028, U+0085 and others, which are ordinary characters inside a JSON string.
"""

import re
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"

MAX_EVENT_BYTES = 1_048_576


class EventTooLarge(ValueError):
    """An event exceeds `MAX_EVENT_BYTES`, so the rest of the stream cannot be trusted."""


class ServerSentEvent(NamedTuple):
    data: str
    event: str = ""
    id: str = ""


class EventDecoder:
    """Turns bytes, split anywhere, into events.

    Feed it every piece as it arrives, then call `close` once. Raises EventTooLarge.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._started = False
        self._data: list[str] = []
        self._data_bytes = 0
        self._event = ""
        self._id = ""

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        self._buffer += data
        if not self._started and not self._skip_bom():
            return []
        # A CR at the very end may be half of a CRLF, so it is held back.
        held = b"\r" if self._buffer.endswith(b"\r") else b""
        *lines, rest = _split(self._buffer[: len(self._buffer) - len(held)])
        self._buffer = rest + held
        if len(self._buffer) + self._data_bytes > MAX_EVENT_BYTES:
            raise EventTooLarge
        return [event for line in lines if (event := self._line(line))]

    def close(self) -> list[ServerSentEvent]:
        """Ends the stream. A last event without its blank line still counts.

        The specification drops it, but servers end with a bare `data: [DONE]`.
        """
        self._started = True
        lines = [*_split(self._buffer), b""]
        self._buffer = b""
        return [event for line in lines if (event := self._line(line))]

    def _skip_bom(self) -> bool:
        if len(self._buffer) < len(_BOM) and _BOM.startswith(self._buffer):
            return False
        self._buffer = self._buffer.removeprefix(_BOM)
        self._started = True
        return True

    def _line(self, line: bytes) -> ServerSentEvent | None:
        if not line:
            return self._dispatch()
        name, _, raw = line.partition(b":")
        value = raw.removeprefix(b" ").decode("utf-8", "replace")
        if name == b"data":
            self._data.append(value)
            self._data_bytes += len(raw)
        elif name == b"event":
            self._event = value
        elif name == b"id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._data_bytes = [], "", 0
        if not data:
            return None
        return ServerSentEvent(data="\n".join(data), event=event, id=self._id)


def _split(data: bytes) -> list[bytes]:
    # Splitting at LF is faster than the pattern, which only the few servers that write CR need.
    return _LINE_END.split(data) if b"\r" in data else data.split(b"\n")
