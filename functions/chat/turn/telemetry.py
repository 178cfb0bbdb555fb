"""What the operator counts, as CloudWatch metrics in the log (embedded metric format)."""

from aws_lambda_powertools.metrics import Metrics, MetricUnit

from chat.conversation.message import Message

NAMESPACE = "LivepeerChat"
SERVICE = "chat"


def _metrics() -> Metrics:
    metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
    metrics.clear_metrics()
    return metrics


def count_refusal(limit: str) -> None:
    metrics = _metrics()
    name = "BudgetRefusals" if "budget" in limit else "RateRefusals"
    metrics.add_metric(name, MetricUnit.Count, 1)
    metrics.flush_metrics()


def count_reply(reply: Message, *, cold: bool, failovers: int, listed: bool) -> None:
    """One reply that ended: how, how fast, at what price.

    Only `listed` models get numbers of their own: each costs money, and anyone may name others.
    """
    metrics = _metrics()
    metrics.add_metric("Replies", MetricUnit.Count, 1)
    metrics.add_metric("Retries", MetricUnit.Count, max(0, (reply.attempts or 1) - 1))
    metrics.add_metric("Failovers", MetricUnit.Count, failovers)
    metrics.add_metric("ColdStartsMet", MetricUnit.Count, int(cold))
    metrics.add_metric("Tokens", MetricUnit.Count, (reply.usage or {}).get("total", 0))
    if reply.first_token_ms is not None:
        metrics.add_metric("FirstTokenMs", MetricUnit.Milliseconds, reply.first_token_ms)
    metrics.add_dimensions(service=SERVICE, outcome=str(reply.outcome))
    if listed:
        metrics.add_dimensions(service=SERVICE, model=str(reply.model))
    metrics.flush_metrics()
