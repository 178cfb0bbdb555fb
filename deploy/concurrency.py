"""Reserves concurrency, as far as the account allows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import boto3

from deploy.stack import Stack
from deploy.steps import DeployError, say

# Lambda keeps this much unreserved. A new account's whole limit, 10, is less.
_KEPT = 100
_RESERVATIONS = ("ChatConcurrency", "WarmupConcurrency")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Concurrent executions: the region's limit, and how many this stack can reserve."""

    limit: int
    reservable: int

    @classmethod
    def of(cls, stack: Stack) -> Self:
        account = boto3.client("lambda").get_account_settings()["AccountLimit"]
        # The stack's own reservations count as free.
        free = account["UnreservedConcurrentExecutions"] + _reserved(stack.parameters)
        return cls(account["ConcurrentExecutions"], max(0, free - _KEPT))


def reservations(stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """Return reservation parameters to add to a first deployment, if the account allows them.

    Raises DeployError if the requested reservations exceed what is available.
    """
    account = Concurrency.of(stack)
    wanted = _reserved({**stack.parameters, **given})
    if wanted > account.reservable:
        raise DeployError(
            f"This account runs {account.limit} functions at once and lets {account.reservable} of"
            f" them be reserved, not {wanted}: lower ChatConcurrency and WarmupConcurrency (0"
            " reserves nothing), or ask for a higher limit (Service Quotas, Lambda, Concurrent"
            " executions)."
        )
    if stack.exists or "WarmupConcurrency" in given:
        return {}
    if wanted < account.reservable:
        return {"WarmupConcurrency": "1"}
    say(
        f"      This account runs {account.limit} functions at once, so none can be reserved:"
        " WarmupConcurrency=0. More replies at once: Service Quotas, Lambda, Concurrent executions."
    )
    return {}


def _reserved(parameters: Mapping[str, str]) -> int:
    return sum(int(parameters.get(name) or 0) for name in _RESERVATIONS)
