"""Timestamps of rows and answers."""

from datetime import UTC, datetime


def timestamp() -> str:
    """The current time in UTC with milliseconds. Sorts as text."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
