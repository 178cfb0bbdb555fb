"""Refusals of requests that exceed a limit."""

import math

from shared.metrics import new_metrics

SERVICE = "chat"


class LimitReached(Exception):
    """`limit` is the setting's name in lower case. Retry after `retry_after_s` seconds."""

    def __init__(self, limit: str, code: str, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.limit = limit
        self.code = code
        self.retry_after_s = max(1, math.ceil(retry_after_s))


def count_refusal(limit: str) -> None:
    metrics = new_metrics(SERVICE)
    name = "BudgetRefusals" if "budget" in limit else "RateRefusals"
    metrics.add_metric(name, "Count", 1)
    metrics.flush_metrics()
