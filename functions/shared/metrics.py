"""CloudWatch metrics, written to the log in the embedded metric format."""

from aws_lambda_powertools.metrics import Metrics

NAMESPACE = "LivepeerChat"


def new_metrics(service: str) -> Metrics:
    """An empty set of metrics. Flush it before creating the next: instances share their data."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.clear_metrics()
    return metrics
