import json

from local.console import prefixed, readable


def test_json_line_is_shortened() -> None:
    line = json.dumps(
        {
            "level": "INFO",
            "location": "run:12",
            "message": "turn done",
            "timestamp": "2026-01-01",
            "service": "chat",
            "tokens": 12,
            "model": "m",
        }
    )
    assert readable(line) == "INFO turn done tokens=12 model=m"


def test_other_lines_are_unchanged() -> None:
    assert readable("plain\r\n") == "plain"
    assert readable("[1]") == "[1]"
    assert readable('{"no": "message"}') == '{"no": "message"}'


def test_lines_have_the_name_and_empty_ones_are_dropped() -> None:
    lines: list[str] = []
    log = prefixed("chat", lines.append)
    log("  ")
    log("hello")
    assert [line.split()[1:] for line in lines] == [["chat", "hello"]]
