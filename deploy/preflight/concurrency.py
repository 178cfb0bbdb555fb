"""Whether the account can reserve the concurrency that the parameters ask for."""

from collections.abc import Mapping

import boto3

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan

# Lambda keeps this much unreserved. A new account's whole limit, 10, is less.
_KEPT = 100
_RESERVATIONS = ("ChatConcurrency", "WarmupConcurrency")
# One for the schedule, which a cold model occupies for minutes, and one for the chat's warm-ups.
_WARMUPS = 2


def concurrency(plan: Plan) -> list[Finding]:
    """A first deployment reserves concurrency for warm-ups if the account allows it."""
    account = boto3.client("lambda").get_account_settings()["AccountLimit"]
    limit = account["ConcurrentExecutions"]
    # The stack's own reservations count as free.
    free = account["UnreservedConcurrentExecutions"]
    if plan.stack:
        free += _reserved(plan.stack.parameters)
    reservable = max(0, free - _KEPT)
    wanted = _reserved(plan.parameters)
    if wanted > reservable:
        return [
            problem(
                "concurrency",
                f"this account runs {limit} functions at once and lets {reservable} of them be"
                f" reserved, not {wanted}: lower ChatConcurrency and WarmupConcurrency (0 reserves"
                " nothing), or ask for a higher limit (Service Quotas, Lambda, Concurrent"
                " executions).",
            )
        ]
    runs = f"this account runs {limit} functions at once"
    if not plan.is_first or "WarmupConcurrency" in plan.given:
        return [Finding("concurrency", f"{runs}; {wanted} of them are reserved for this chat")]
    if wanted + _WARMUPS <= reservable:
        text = f"{runs}; {wanted + _WARMUPS} of them are reserved for this chat"
        return [Finding("concurrency", text, adds={"WarmupConcurrency": str(_WARMUPS)})]
    return [
        Finding(
            "concurrency",
            f"{runs}, with too few left to reserve any for the warm-ups, so"
            " WarmupConcurrency stays 0. For more replies at once, ask for a higher limit (Service"
            " Quotas, Lambda, Concurrent executions).",
        )
    ]


def _reserved(parameters: Mapping[str, str]) -> int:
    # The check of the parameters reports a value that is not a number.
    values = (parameters.get(name, "") for name in _RESERVATIONS)
    return sum(int(value) for value in values if value.isdecimal())
