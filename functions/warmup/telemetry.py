"""What the operator counts, as CloudWatch metrics in the log (embedded metric format)."""

from aws_lambda_powertools.metrics import Metrics, MetricUnit

from warmup.visit import Visit

SERVICE = "warmup"


def count_visit(visit: Visit) -> None:
    metrics = Metrics(namespace="LivepeerChat", service=SERVICE)
    metrics.clear_metrics()
    metrics.add_metric("WarmupVisits", MetricUnit.Count, int(not visit.skipped))
    metrics.add_metric("WarmupFailures", MetricUnit.Count, int(visit.error is not None))
    if visit.first_token_ms is not None:
        metrics.add_metric("WarmupFirstTokenMs", MetricUnit.Milliseconds, visit.first_token_ms)
    metrics.add_dimensions(service=SERVICE, model=visit.model)
    metrics.flush_metrics()
