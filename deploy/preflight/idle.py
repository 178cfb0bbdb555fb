"""What a month without a chat costs: the table of docs/costs.md, for these parameters."""

from collections.abc import Mapping

from benchmarks.costs import prices
from deploy.preflight.finding import Finding
from deploy.preflight.plan import Plan

_MONTH_S = 30 * 24 * 3600
# Measured by benchmarks.costs. A test compares the result with docs/costs.md.
_WARMUP_S, _PING_S = 1.0, 0.01
_WRITES_PER_VISIT = 3
_METRICS = 3


def idle(plan: Plan) -> list[Finding]:
    rows = idle_costs(plan)
    listed = ", ".join(f"{name} ${dollars:.2f}" for name, dollars in rows.items() if dollars)
    total = f"about ${sum(rows.values()):.2f} a month without a chat"
    return [Finding("cost", f"{total} ({listed}); docs/costs.md says what chats add")]


def idle_costs(plan: Plan) -> dict[str, float]:
    """In dollars a month, at us-east-1's list prices."""
    kinds = list(plan.blueprint.resources().values())
    warmup = plan.settings("WarmupFunction")
    models = len(warmup.warmup_models) if plan.parameters["GatewayUrl"] else 0
    memory = {
        name: each["MemorySize"] / 1024
        for name, each in plan.blueprint.properties("AWS::Serverless::Function").items()
    }
    a_round = (
        (_WARMUP_S * memory["WarmupFunction"] + _PING_S * memory["ChatFunction"])
        * prices.LAMBDA_GB_SECOND
        + 2 * prices.LAMBDA_REQUEST
        + _WRITES_PER_VISIT * models * prices.TABLE_WRITE_UNIT
    )
    alarms = plan.blueprint.properties("AWS::CloudWatch::Alarm").values()
    secrets = 2 if plan.parameters["GatewayKeySecret"] else 1
    return {
        "warm-ups": a_round * _MONTH_S / warmup.warmup_interval_s if models else 0,
        "warm-up metrics": _METRICS * (1 + models) * prices.METRIC_MONTH if models else 0,
        "alarms": sum(map(prices.alarm_month, alarms)),
        "dashboard": kinds.count("AWS::CloudWatch::Dashboard") * prices.DASHBOARD_MONTH,
        "secrets": secrets * prices.SECRET_MONTH,
        **_snapshot(plan.parameters, memory["ChatFunction"]),
    }


def _snapshot(parameters: Mapping[str, str], memory_gb: float) -> dict[str, float]:
    """Lambda bills the version's snapshot for as long as the version exists."""
    if not parameters["SnapStart"]:
        return {}
    return {"snapshot": memory_gb * _MONTH_S * prices.SNAPSHOT_GB_SECOND}
