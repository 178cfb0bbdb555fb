"""The keys of a JSON object, checked one by one, where pydantic would come too dear."""

from typing import Any, NoReturn

from chat.api.json_body import UNKNOWN_KEY, unfit
from chat.api.texts import without_nul


class Fields:
    """Take every key that is known, then `end`. Every method raises ApiError 422.

    What is null is as good as absent, except to `in`.
    """

    def __init__(self, value: Any, place: str = "") -> None:
        self._place = place
        if not isinstance(value, dict):
            raise unfit(place, "Input should be an object")
        self._left = dict(value)

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def value(self, name: str) -> Any:
        return self._left.pop(name, None)

    def text(self, name: str, most: int | None = None, *, least: int = 1) -> str | None:
        """Without NUL, of so many characters."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(name, "Input should be a text")
        if len(value) < least or (most and len(value) > most):
            longest = f" and at most {most}" if most else ""
            self.refuse(name, f"Input should have at least {least}{longest} characters")
        try:
            return without_nul(value)
        except ValueError as error:
            self.refuse(name, str(error))

    def whole(self, name: str, least: int, most: int) -> int | None:
        value = self.number(name, least, most)
        if value is not None and not isinstance(value, int):
            self.refuse(name, "Input should be a whole number")
        return value

    def number(self, name: str, least: int, most: int) -> int | float | None:
        value = self.value(name)
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not least <= value <= most:
            self.refuse(name, f"Input should be a number from {least} to {most}")
        found: int | float = value
        return found

    def refuse(self, name: str, rule: str) -> NoReturn:
        raise unfit(f"{self._place}.{name}" if self._place else name, rule)

    def end(self) -> None:
        if self._left:
            raise UNKNOWN_KEY
