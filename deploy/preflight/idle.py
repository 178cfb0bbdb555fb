"""What a month without a chat costs: the table of docs/costs.md, for these parameters."""

import json
from collections.abc import Mapping
from contextlib import suppress

from benchmarks.costs import prices
from deploy.preflight.finding import Finding
from deploy.preflight.plan import Plan
from deploy.sam import ROOT
from local.intrinsics import TemplateError
from local.template import rate_s

_MONTH_S = 30 * 24 * 3600
_DEFAULT_ROUND_S = 240.0
# Measured by benchmarks.costs. A test compares the result with docs/costs.md.
_WARMUP_S, _PING_S = 1.0, 0.01
_WRITES_PER_VISIT = 3
_METRICS = 3
# The tutorial's models, which are offered where `Models` is empty.
_DEFAULT_MODELS = 4


def idle(plan: Plan) -> list[Finding]:
    rows = idle_costs(plan)
    listed = ", ".join(f"{name} ${dollars:.2f}" for name, dollars in rows.items() if dollars)
    total = f"about ${sum(rows.values()):.2f} a month without a chat"
    return [Finding("cost", f"{total} ({listed}); docs/costs.md says what chats add")]


def idle_costs(plan: Plan) -> dict[str, float]:
    """In dollars a month, at us-east-1's list prices."""
    kinds = list(plan.blueprint.resources().values())
    models = _warmed(plan.parameters) if plan.parameters["GatewayUrl"] else 0
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
        "warm-ups": a_round * _MONTH_S / _round_s(plan.parameters["WarmupRate"]) if models else 0,
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


def _round_s(rate: str) -> float:
    try:
        return rate_s(rate)
    except TemplateError:
        # For a cron expression, assume the default rate.
        return _DEFAULT_ROUND_S


def _warmed(parameters: Mapping[str, str]) -> int:
    if chosen := [model for model in parameters["WarmupModels"].split(",") if model.strip()]:
        return len(chosen)
    text = parameters["Models"]
    # The check of the parameters reports what cannot be read.
    with suppress(ValueError, OSError, TypeError):
        if text.startswith("@"):
            text = (ROOT / "functions" / text[1:]).read_text()
        return len(json.loads(text))
    return _DEFAULT_MODELS
