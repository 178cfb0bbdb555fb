"""Metrics of warm-up visits."""

from aws_lambda_powertools.metrics import MetricUnit

from shared.metrics import new_metrics
from warmup.visit import Visit

SERVICE = "warmup"


def count_visit(visit: Visit) -> None:
    metrics = new_metrics(SERVICE)
    metrics.add_metric("WarmupVisits", MetricUnit.Count, int(not visit.skipped))
    metrics.add_metric("WarmupFailures", MetricUnit.Count, int(visit.error is not None))
    if visit.first_token_ms is not None:
        metrics.add_metric("WarmupFirstTokenMs", MetricUnit.Milliseconds, visit.first_token_ms)
    metrics.add_dimensions(service=SERVICE, model=visit.model)
    metrics.flush_metrics()
