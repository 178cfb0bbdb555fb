"""Budget days: from midnight to midnight in UTC."""

from datetime import UTC, datetime, timedelta

# Operators may want to look at the rows of past days.
KEPT_S = 3 * 24 * 3600


def today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def midnight() -> datetime:
    """The end of today."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def resets_at() -> str:
    return midnight().strftime("%Y-%m-%dT%H:%M:%SZ")


def until_midnight_s() -> float:
    return (midnight() - datetime.now(UTC)).total_seconds()
