"""Texts from outside, in the one form that is kept."""

from uuid import UUID


def canonical_uuid(text: str) -> str:
    """The usual form of a UUID: its other spellings would pass for another message.

    Raises ValueError.
    """
    return str(UUID(text))


def without_nul(text: str) -> str:
    """NUL is no text, and some gateways end the prompt there. Raises ValueError."""
    if "\0" in text:
        raise ValueError("the text holds a NUL character")
    return text
