"""How many executions at once the account lets functions reserve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import boto3

from deploy.stack import Stack
from deploy.steps import DeployError, say

# What Lambda keeps for functions that reserve nothing. All of a new account's limit of 10 is less.
_KEPT = 100
_RESERVATIONS = ("ChatConcurrency", "WarmupConcurrency")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Executions at once in this region: of all functions, and what this stack may reserve."""

    limit: int
    reservable: int

    @classmethod
    def of(cls, stack: Stack) -> Self:
        account = boto3.client("lambda").get_account_settings()["AccountLimit"]
        # What the stack has reserved it may reserve again.
        free = account["UnreservedConcurrentExecutions"] + _reserved(stack.parameters)
        return cls(account["ConcurrentExecutions"], max(0, free - _KEPT))


def reservations(stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """Parameters for what the account allows, unless they are given or the stack has them.

    Raises DeployError when more is asked for than there is.
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
