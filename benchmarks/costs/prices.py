"""AWS's list prices in US dollars: us-east-1, arm64, without any free tier, as of 2025-11.

https://aws.amazon.com/lambda/pricing/, /dynamodb/pricing/on-demand/, /cloudwatch/pricing/,
/secrets-manager/pricing/, /ec2/pricing/on-demand/ (transfer)
"""

from collections.abc import Mapping
from typing import Any

LAMBDA_GB_SECOND = 0.0000133334
LAMBDA_REQUEST = 0.20 / 1e6
# While a version has a snapshot. Restoring one costs $0.00014 per GB.
SNAPSHOT_GB_SECOND = 0.0000015046
# Streaming beyond the first 6 MB of a response costs more, but no reply is that long.
TABLE_WRITE_UNIT = 0.625 / 1e6
TABLE_READ_UNIT = 0.125 / 1e6
# With point-in-time recovery.
TABLE_GB_MONTH = 0.25 + 0.20
LOG_GB = 0.50
TRANSFER_GB = 0.09

METRIC_MONTH = 0.30
ALARM_METRIC_MONTH = 0.10
DASHBOARD_MONTH = 3.00
SECRET_MONTH = 0.40


def alarm_month(alarm: Mapping[str, Any]) -> float:
    """The price of an alarm with these properties: each metric that it watches is billed."""
    metrics = sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1
    return metrics * ALARM_METRIC_MONTH
