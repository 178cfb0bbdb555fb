"""One result of a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """`adds` are parameters that the check determined for the deployment."""

    subject: str
    text: str
    problem: bool = False
    adds: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"


def problem(subject: str, text: str) -> Finding:
    return Finding(subject, text, problem=True)
