"""The log: JSON lines of these fields and no other, whatever a call hands over."""

import traceback
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

FIELDS = frozenset(
    {
        # Where and when.
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
        # What happened. An error is its kind, never its words.
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
    """No line holds what a person wrote: messages are ours, and exceptions lose their own."""

    def serialize(self, log: Any) -> str:
        return super().serialize({name: log[name] for name in log if name in FIELDS})

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return "".join(traceback.format_tb(ei[2]))


logger = Logger(logger_formatter=AllowListed())
