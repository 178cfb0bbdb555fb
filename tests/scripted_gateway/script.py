"""A gateway's behaviour for one request, as data: steps in order, then an end.

    Script((Wait(3), Head(), Send(frame), Send(frame)), End.FIN)

Without a Head the bytes are sent unframed. A Head sets their framing.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.client import responses
from itertools import pairwise
from typing import Literal

Headers = tuple[tuple[str, str], ...]

EVENT_STREAM: Headers = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"))


class End(Enum):
    COMPLETE = auto()  # end the body as framed: the last chunk, or a close
    FIN = auto()  # close, even if the framing is incomplete
    RST = auto()  # reset the connection
    HANG = auto()  # send nothing more until the peer leaves


@dataclass(frozen=True, slots=True)
class Head:
    status: int = 200
    headers: Headers = EVENT_STREAM
    # An integer is the Content-Length, which may be wrong.
    body: Literal["chunked", "close"] | int = "chunked"

    def encoded(self) -> bytes:
        framing = {"chunked": ("Transfer-Encoding", "chunked"), "close": ("Connection", "close")}
        length = ("Content-Length", str(self.body))
        lines = [
            f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}",
            *(f"{name}: {value}" for name, value in self.headers),
            ": ".join(length if isinstance(self.body, int) else framing[self.body]),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes in a separate TCP segment, and in a separate chunk of a chunked body."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in seconds, which the gateway multiplies by its `scale`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gate:
    """Pauses the script until the test opens it. `reached` is set when the script gets there."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        self.opened.set()


Step = Head | Send | Wait | Gate


@dataclass(frozen=True, slots=True)
class Script:
    steps: tuple[Step, ...] = ()
    end: End = End.COMPLETE

    @property
    def body(self) -> bytes:
        return b"".join(step.data for step in self.steps if isinstance(step, Send))


def ending(script: Script, end: End) -> Script:
    return replace(script, end=end)


def before(script: Script, *steps: Step) -> Script:
    return replace(script, steps=(*steps, *script.steps))


def cut(script: Script, offset: int, end: End) -> Script:
    """The script up to byte `offset` of its body. After `on_the_wire`, that includes the head."""
    kept: list[Step] = []
    for step in script.steps:
        if isinstance(step, Send):
            kept.append(Send(step.data[:offset]))
            offset -= len(step.data)
            if offset <= 0:
                break
        else:
            kept.append(step)
    return Script(tuple(kept), end)


def split(script: Script, points: Iterable[int]) -> Script:
    """The same bytes, with a new piece starting at each of these offsets."""
    points = sorted(set(points))
    steps: list[Step] = []
    position = 0
    for step in script.steps:
        if not isinstance(step, Send):
            steps.append(step)
            continue
        length = len(step.data)
        bounds = [0, *(p - position for p in points if 0 < p - position < length), length]
        steps += [Send(step.data[start:stop]) for start, stop in pairwise(bounds)]
        position += length
    return replace(script, steps=tuple(steps))


def on_the_wire(script: Script) -> Script:
    """The same script as raw bytes, with the head and the chunk framing."""
    steps: list[Step] = []
    framing: str | int = "raw"
    for step in script.steps:
        if isinstance(step, Head):
            framing = step.body
            steps.append(Send(step.encoded()))
        elif isinstance(step, Send) and framing == "chunked":
            # An empty chunk would be the last one.
            if step.data:
                steps.append(Send(b"%x\r\n%b\r\n" % (len(step.data), step.data)))
        else:
            steps.append(step)
    end = script.end
    if end is End.COMPLETE and framing == "chunked":
        steps.append(Send(b"0\r\n\r\n"))
    if end is End.COMPLETE and framing == "close":
        end = End.FIN
    return Script(tuple(steps), end)
