"""Time as rows and answers hold it."""

from datetime import UTC, datetime


def timestamp() -> str:
    """Now, in UTC with milliseconds: sorts as text, reads in every language."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
