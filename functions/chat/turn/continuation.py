"""Removes repeated words from the start of a continued reply."""

# Shorter repeats are coincidence.
MIN_REPEAT = 12
MAX_REPEAT = 200


class Continuation:
    """Drops the start of the new text if it repeats the end of `before`."""

    def __init__(self, before: str) -> None:
        self._tail = before[-MAX_REPEAT:]
        self._held = ""
        self._over = not before

    def feed(self, text: str) -> str:
        """Returns the text to deliver. Holds back what may still be a repeat."""
        if self._over:
            return text
        self._held += text
        if self._may_repeat():
            return ""
        return self.flush()

    def flush(self) -> str:
        """Returns the held text without the repeat. Call it once the reply has ended, too."""
        held, self._held, self._over = self._held, "", True
        for length in range(min(len(held), len(self._tail)), MIN_REPEAT - 1, -1):
            if self._tail.endswith(held[:length]):
                return held[length:]
        return held

    def _may_repeat(self) -> bool:
        """Whether the held text, with more to come, could still repeat the end of `before`."""
        return len(self._held) < MAX_REPEAT and self._held in self._tail
