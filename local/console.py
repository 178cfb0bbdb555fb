"""The processes' log lines, shortened for the terminal."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from local.child import Log

# Fields of a structured log line: shown first, or useless on one machine.
_SHOWN_FIRST = ("level", "message")
_HIDDEN = {
    "cold_start",
    "exception_name",
    "function_arn",
    "function_memory_size",
    "function_name",
    "location",
    "sampling_rate",
    "service",
    "timestamp",
    "xray_trace_id",
}


def prefixed(name: str, echo: Callable[[str], None]) -> Log:
    def log(line: str) -> None:
        # Metrics are for CloudWatch, which reads them from the log.
        if line.strip() and not line.startswith('{"_aws"'):
            echo(f"{datetime.now().astimezone():%H:%M:%S} {name:8} {readable(line)}")

    return log


def readable(line: str) -> str:
    """Shorten a JSON log line to one line of text. Return any other line unchanged."""
    try:
        record = json.loads(line)
    except ValueError:
        return line.rstrip()
    if not isinstance(record, dict) or "message" not in record:
        return line.rstrip()
    first = [str(record[name]) for name in _SHOWN_FIRST if name in record]
    rest = [
        f"{name}={_short(value)}"
        for name, value in record.items()
        if name not in _HIDDEN and name not in _SHOWN_FIRST
    ]
    return " ".join(first + rest)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
