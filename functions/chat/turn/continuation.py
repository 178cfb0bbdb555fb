"""Where a continued reply meets what was there."""

# A model that is asked to go on sometimes says its last words again. Shorter repeats are chance.
SHORTEST_REPEAT = 12
LONGEST_REPEAT = 200


class Seam:
    """Drops from the start of a continuation what repeats the end of `before`."""

    def __init__(self, before: str) -> None:
        self._tail = before[-LONGEST_REPEAT:]
        self._held = ""
        self._over = not before

    def feed(self, text: str) -> str:
        """Text that can be delivered; what may yet be a repeat is held back."""
        if self._over:
            return text
        self._held += text
        if self._may_repeat():
            return ""
        return self.flush()

    def flush(self) -> str:
        """What is held back, without the repeat, once it is known or the reply is over."""
        held, self._held, self._over = self._held, "", True
        for length in range(min(len(held), len(self._tail)), SHORTEST_REPEAT - 1, -1):
            if self._tail.endswith(held[:length]):
                return held[length:]
        return held

    def _may_repeat(self) -> bool:
        """Whether `before` could end with the held text and more that is still to come."""
        return len(self._held) < LONGEST_REPEAT and self._held in self._tail
