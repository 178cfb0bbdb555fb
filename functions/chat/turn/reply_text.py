"""The text of a reply while it grows, never longer than its row can hold."""

from chat.conversation.message import MAX_CONTENT_BYTES


class ReplyText:
    """`before` is the text that a continued reply already has."""

    def __init__(self, before: str) -> None:
        self._before = before
        self._pieces: list[str] = []
        self._room = max(0, MAX_CONTENT_BYTES - len(before.encode()))
        self.characters = len(before)

    def append(self, text: str) -> str:
        """Returns the part of `text` that still fits."""
        data = text.encode()
        if len(data) > self._room:
            text = data[: self._room].decode(errors="ignore")
        self._room = max(0, self._room - len(data))
        if text:
            self._pieces.append(text)
            self.characters += len(text)
        return text

    @property
    def full(self) -> bool:
        return not self._room

    @property
    def whole(self) -> str:
        return self._before + self.added

    @property
    def added(self) -> str:
        """What this run has written, without what the reply had before."""
        return "".join(self._pieces)
