"""Reads and checks environment variables."""

from collections.abc import Mapping


class SettingsError(ValueError):
    """A setting is missing or malformed; the message names it and says what to write."""


class Environment:
    """An empty variable counts as not set. Every method raises SettingsError."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name, "") or default

    def required(self, name: str, meaning: str) -> str:
        if value := self.text(name):
            return value
        raise SettingsError(f"{name} is not set. Set it to {meaning}.")

    def number(self, name: str, default: float, least: float = 0) -> float:
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            value = float("nan")
        # Written so that NaN fails too.
        if not least <= value < float("inf"):
            raise SettingsError(f"{name} is not a number from {least:g}. Correct it.")
        return value

    def whole(self, name: str, default: int, least: int = 0) -> int:
        value = self.number(name, default, least)
        if value != int(value):
            raise SettingsError(f"{name} is not a whole number from {least}. Correct it.")
        return int(value)

    def flag(self, name: str) -> bool:
        return self.choice(name, ("false", "true")) == "true"

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the choices; the first is the default."""
        value = self.text(name, choices[0]).lower()
        if value not in choices:
            raise SettingsError(f"{name} is not one of {', '.join(choices)}. Correct it.")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list separated by commas."""
        return tuple(part for each in self.text(name).split(",") if (part := each.strip()))
