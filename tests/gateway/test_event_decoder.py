import random
from collections.abc import Iterable
from itertools import pairwise

import pytest

from shared.gateway.sse import MAX_EVENT_BYTES, EventDecoder, EventTooLarge, ServerSentEvent

# Characters of every UTF-8 width, and those that str.splitlines takes for line ends.
EVENTS = [
    ServerSentEvent('{"content":"Hello"}'),
    ServerSentEvent('{"content":"wörld — 🙂 👩‍👩‍👧 漢字"}', id="7"),
    ServerSentEvent('{"content":"a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg"}', id="7"),
    ServerSentEvent('{"content":\n"two lines"}', event="turn", id="7"),
    ServerSentEvent("", id="7"),
    ServerSentEvent('{"content":"' + "long ✂ " * 180 + '"}', event="done", id="12"),
    ServerSentEvent("[DONE]", id="12"),
]


def written(events: Iterable[ServerSentEvent], line_ends: Iterable[str] = ("\n",)) -> bytes:
    ends = list(line_ends)
    lines = []
    previous = ""
    for event in events:
        lines += [f"event:{event.event}"] if event.event else []
        lines += [f"id: {event.id}"] if event.id != previous else []
        lines += [f"data: {line}" for line in event.data.split("\n")]
        lines += [": comment, data: not this", "unknown: field", ""]
        previous = event.id
    text = "".join(line + ends[number % len(ends)] for number, line in enumerate(lines))
    return b"\xef\xbb\xbf" + text.encode()


# In this order a CR is never directly followed by an LF of the next line.
STREAM = written(EVENTS, ["\n", "\r", "\r\n"])


def decoded(wire: bytes, points: Iterable[int] = ()) -> list[ServerSentEvent]:
    decoder = EventDecoder()
    events = []
    for start, stop in pairwise([0, *sorted(points), len(wire)]):
        events += decoder.feed(wire[start:stop])
    return events + decoder.close()


def test_sample_stream_is_two_kilobytes_with_mixed_line_ends() -> None:
    assert 2000 < len(STREAM) < 3000
    assert all(end in STREAM for end in (b"\r\n", b"\ndata", b"\rdata"))


def test_every_split_in_two_gives_the_same_events() -> None:
    assert [p for p in range(len(STREAM) + 1) if decoded(STREAM, [p]) != EVENTS] == []


def test_a_thousand_random_splits_give_the_same_events() -> None:
    chance = random.Random(20260801)
    for _ in range(1000):
        points = chance.choices(range(len(STREAM) + 1), k=chance.randint(2, 200))
        assert decoded(STREAM, points) == EVENTS, sorted(points)


def test_single_bytes_give_the_same_events() -> None:
    assert decoded(STREAM, range(len(STREAM))) == EVENTS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_each_kind_of_line_end_gives_the_same_events(end: str) -> None:
    wire = written(EVENTS, [end])
    assert decoded(wire) == EVENTS
    assert decoded(wire, range(len(wire))) == EVENTS


@pytest.mark.parametrize("character", "\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e")
def test_unicode_separators_do_not_end_a_line(character: str) -> None:
    assert decoded(f"data: a{character}b\n\n".encode()) == [ServerSentEvent(f"a{character}b")]


def test_emoji_split_at_every_byte_stays_intact() -> None:
    wire = "data: 🙂\n\n".encode()
    for point in range(len(wire)):
        assert decoded(wire, [point]) == [ServerSentEvent("🙂")]


def test_invalid_utf_8_becomes_replacement_characters() -> None:
    assert decoded(b"data: a\xffb\xf0\x9f\n\n") == [ServerSentEvent("a\ufffdb\ufffd")]


def test_comments_are_not_events() -> None:
    assert decoded(b": ping\n\n:\n\n: OPENROUTER PROCESSING\r\n\r\n:") == []


def test_done_without_a_blank_line_is_an_event_at_the_end_of_the_stream() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: 1\n\ndata: [DONE]") == [ServerSentEvent("1")]
    assert decoder.close() == [ServerSentEvent("[DONE]")]
    assert decoder.close() == []


@pytest.mark.parametrize("wire", [b"", b"\xef", b"\xef\xbb", b"\xef\xbb\xbf", b"\r", b"\n\n\n"])
def test_stream_without_a_field_has_no_events(wire: bytes) -> None:
    assert decoded(wire) == []


def test_event_is_returned_with_the_piece_that_ends_it() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: 1\n") == []
    assert decoder.feed(b"\n") == [ServerSentEvent("1")]
    assert decoder.feed(b"data: 2\r\n\r\n") == [ServerSentEvent("2")]


@pytest.mark.parametrize(
    "piece", [b"x" * 65536, b"data:" + b"x" * 65536 + b"\n"], ids=["line", "event"]
)
def test_endless_line_or_event_raises_event_too_large(piece: bytes) -> None:
    with pytest.raises(EventTooLarge):
        decoded(piece * 20, range(0, 20 * len(piece), len(piece)))


def test_size_limit_applies_to_each_event() -> None:
    decoder = EventDecoder()
    for _ in range(3):
        assert len(decoder.feed(b"data:" + b"x" * (MAX_EVENT_BYTES - 10) + b"\n\n")) == 1
