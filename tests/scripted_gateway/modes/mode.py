from collections.abc import Callable
from dataclasses import dataclass

from tests.scripted_gateway.script import Script

# The reply of most modes, with characters of one to four bytes of UTF-8.
PIECES = ("Hello", ", ", "wörld", " — ", "<b>&</b>", " 🙂", "!")
TEXT = "".join(PIECES)


@dataclass(frozen=True, slots=True)
class Mode:
    name: str
    description: str
    build: Callable[[], Script]

    @property
    def script(self) -> Script:
        return self.build()
