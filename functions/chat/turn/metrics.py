"""Metrics of finished replies."""

from aws_lambda_powertools.metrics import MetricUnit

from chat.conversation.message import Message
from shared.metrics import new_metrics

SERVICE = "chat"


def count_reply(reply: Message, *, cold: bool, failovers: int, listed: bool) -> None:
    """Counts one reply: its outcome, its first token, its tokens.

    Only `listed` models get a dimension of their own: each one costs money, and with
    ALLOW_ANY_MODEL callers can name any number of others.
    """
    metrics = new_metrics(SERVICE)
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
