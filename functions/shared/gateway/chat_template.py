"""Removes the chat template that some runners leak at the start of a reply."""

LEAKED_PREFIX = "<|start_header_id|>assistant<|end_header_id|>\n\n"


class TemplatePrefix:
    """Drops `LEAKED_PREFIX` from the start of a reply, however it is split into deltas."""

    def __init__(self) -> None:
        self._held = ""
        self._over = False

    def feed(self, text: str) -> str:
        """Returns the text to deliver. Holds back a possible start of the prefix."""
        if self._over:
            return text
        self._held += text
        if len(self._held) < len(LEAKED_PREFIX) and LEAKED_PREFIX.startswith(self._held):
            return ""
        self._over = True
        return self.flush().removeprefix(LEAKED_PREFIX)

    def flush(self) -> str:
        """Returns the held text, once the reply is over."""
        held, self._held = self._held, ""
        return held
