"""The `format-*` cases of web-platform-tests/wpt, eventsource/, under their names.

Left out: format-mime-* (the decoder does not see the response's content type) and the parts of
format-field-retry* that test reconnecting (the decoder never reconnects).
"""

import pytest

from shared.gateway.sse import EventDecoder, ServerSentEvent

BOM = b"\xef\xbb\xbf"
LONG = b"x" * 2048
ELLIPSIS = "…".encode()


def message(data: str, event: str = "", id: str = "") -> ServerSentEvent:
    return ServerSentEvent(data=data, event=event, id=id)


CASES = {
    "event-data": (
        b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\n"
        b"data:end\n\n",
        [message("msg\nmsg"), message(""), message("end")],
    ),
    "format-bom": (
        BOM + b"data:1\n\n" + BOM + b"data:2\n\ndata:3\n\n\n",
        [message("1"), message("3")],
    ),
    "format-bom-2": (
        BOM + BOM + b"data:1\n\ndata:2\n\ndata:3\n\n\n",
        [message("2"), message("3")],
    ),
    "format-comments": (
        b"data:1\r:\0\n:\r\ndata:2\n:" + LONG + b"\rdata:3\n:data:fail\r:" + LONG + b"\ndata:4\n\n",
        [message("1\n2\n3\n4")],
    ),
    "format-field-data": (
        b"data:\n\ndata\ndata\n\ndata:test\n\n\n",
        [message(""), message("\n"), message("test")],
    ),
    "format-field-event": (
        b"event:test\ndata:x\n\ndata:x\n\n\n",
        [message("x", event="test"), message("x")],
    ),
    "format-field-event-empty": (b"event: \ndata:data\n\n\n", [message("data")]),
    "format-field-id": (
        b"id:" + ELLIPSIS + b"\ndata:hello\n\n",
        [message("hello", id="…")],
    ),
    "format-field-id-2": (
        b"id:" + ELLIPSIS + b"\ndata:hello\n\ndata:" + ELLIPSIS + b"\n\ndata:again\n\n",
        [message("hello", id="…"), message("…", id="…"), message("again", id="…")],
    ),
    "format-field-id-3 persists": (
        b"id: 1\ndata: 1\n\ndata: 2\n\n",
        [message("1", id="1"), message("2", id="1")],
    ),
    "format-field-id-3 changes and persists": (
        b"id: 1\ndata: 1\n\nid: 2\ndata: 2\n\ndata: 3\n\n",
        [message("1", id="1"), message("2", id="2"), message("3", id="2")],
    ),
    "format-field-id-3 resets": (
        b"id: 1\ndata: 1\n\nid:\ndata: 2\n\ndata: 3\n\n",
        [message("1", id="1"), message("2"), message("3")],
    ),
    "format-field-id-null": (b"id:\0\0\ndata:hello\n\n", [message("hello")]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\r"
        b"data:\r\n data:32\ndata:4\n\n",
        [message("\0\n 2\n1\n3\n\n4")],
    ),
    "format-field-retry": (b"retry:03000\ndata:x\n\n\n", [message("x")]),
    "format-field-retry-bogus": (b"retry:3000\nretry:1000x\ndata:x\n\n\n", [message("x")]),
    "format-field-retry-empty": (b"retry\ndata:test\n\n\n", [message("test")]),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n\n",
        [message("test\n\ntest")],
    ),
    "format-leading-space": (
        b"data:\ttest\rdata: \ndata:test\n\n\n",
        [message("\ttest\n\ntest")],
    ),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r\n", [message("test\n\ntest")]),
    "format-null-character": (b"data:\0\n\n\n\n", [message("\0")]),
    "format-utf-8": (b"data:ok" + ELLIPSIS + b"\n\n\n", [message("ok…")]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("pieces", ["whole", "bytes"])
def test_wpt_case(name: str, pieces: str) -> None:
    wire, expected = CASES[name]
    size = len(wire) if pieces == "whole" else 1
    decoder = EventDecoder()
    events = []
    for start in range(0, len(wire), size):
        events += decoder.feed(wire[start : start + size])
    assert events == expected
    assert decoder.close() == []


def test_format_data_before_final_empty_line_deviates_on_purpose() -> None:
    """WPT wants `test2` dropped. Gateways end with a bare `data: [DONE]`, so it counts here.

    It is returned only by `close()`, at the end of the stream.
    """
    decoder = EventDecoder()
    assert decoder.feed(b"retry:1000\ndata:test1\n\nid:test\ndata:test2\n") == [message("test1")]
    assert decoder.close() == [message("test2", id="test")]
