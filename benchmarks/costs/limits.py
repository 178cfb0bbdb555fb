"""Which limit comes first as chats increase: our own settings and AWS's quotas.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from dataclasses import dataclass

from benchmarks.costs.use import ChatUse
from chat.limits.budget import MAX_SHARDS, MIN_SHARD_TOKENS

# The share of a day's chats in its busiest hour.
BUSIEST_HOUR = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """Reached at `chats` chats a day. `remedy` says what to do then."""

    chats: float
    name: str
    remedy: str

    def sentence(self) -> str:
        return f"{self.name}, at {self.chats:,.0f} ({self.remedy})"


def limits(use: ChatUse, budget: int) -> list[Limit]:
    """Lowest first. `budget`: tokens a day of all users together."""
    per_second = 3600 / BUSIEST_HOUR
    shards = min(MAX_SHARDS, max(1, budget // MIN_SHARD_TOKENS))
    all_limits = [
        Limit(budget / use.reserved_tokens, "`GlobalTokenBudgetPerDay`", "raise it"),
        Limit(
            10 / use.seconds * per_second, "Lambda, 10 at once in a new account", "ask for 1,000"
        ),
        Limit(1000 / use.seconds * per_second, "Lambda, 1,000 at once", "ask for more"),
        Limit(4000 / use.writes * per_second, "DynamoDB, 4,000 writes/s at first", "pre-warm it"),
        Limit(40000 / use.writes * per_second, "DynamoDB, 40,000 writes/s", "ask for more"),
        # Each chat writes one of these rows twice.
        Limit(1000 * shards / 2 * per_second, "1,000 writes/s of a budget row", "more shards"),
    ]
    return sorted(all_limits, key=lambda limit: limit.chats)
