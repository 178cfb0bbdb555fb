"""What is met first when there are more chats: our own settings and AWS's quotas.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from dataclasses import dataclass

from benchmarks.costs.use import ChatUse
from chat.limits.budget import LEAST_SHARD_TOKENS, MOST_SHARDS

# So much of a day's chats come in its busiest hour.
BUSIEST_HOUR = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """Met at so many chats a day; what is done then."""

    chats: float
    name: str
    then: str

    def told(self) -> str:
        return f"{self.name}, at {self.chats:,.0f} ({self.then})"


def limits(use: ChatUse, budget: int) -> list[Limit]:
    """Lowest first. `budget` is that of all users' tokens a day."""
    a_second = 3600 / BUSIEST_HOUR
    shards = min(MOST_SHARDS, max(1, budget // LEAST_SHARD_TOKENS))
    found = [
        Limit(budget / use.reserved_tokens, "`GlobalTokenBudgetPerDay`", "raise it"),
        Limit(10 / use.seconds * a_second, "Lambda, 10 at once in a new account", "ask for 1,000"),
        Limit(1000 / use.seconds * a_second, "Lambda, 1,000 at once", "ask for more"),
        Limit(4000 / use.writes * a_second, "DynamoDB, 4,000 writes/s at first", "pre-warm it"),
        Limit(40000 / use.writes * a_second, "DynamoDB, 40,000 writes/s", "ask for more"),
        # Two writes of one of these rows for each chat.
        Limit(1000 * shards / 2 * a_second, "1,000 writes/s of a budget row", "more shards"),
    ]
    return sorted(found, key=lambda limit: limit.chats)
