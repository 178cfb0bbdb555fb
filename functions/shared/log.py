"""The log: JSON lines with an allow-list of fields."""

import traceback
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

FIELDS = frozenset(
    {
        # Origin.
        "level",
        "location",
        "message",
        "timestamp",
        "service",
        "function_name",
        "function_memory_size",
        "function_arn",
        "function_request_id",
        "cold_start",
        "request_id",
        "xray_trace_id",
        # Event. `error` is an error's type, never its text.
        "error",
        "code",
        "exception",
        "exception_name",
        "gateway",
        "model",
        "first_token_ms",
        "failure",
        "skipped",
    }
)


class AllowListed(LambdaPowertoolsFormatter):
    """Keeps user text out of the log: only our own messages, and exceptions without theirs."""

    def serialize(self, log: Any) -> str:
        return super().serialize({name: log[name] for name in log if name in FIELDS})

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return "".join(traceback.format_tb(ei[2]))


logger = Logger(logger_formatter=AllowListed())
