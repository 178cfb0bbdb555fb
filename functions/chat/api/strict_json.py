"""Parses untrusted JSON more strictly than `json.loads`."""

import json
from typing import Any, NoReturn

# Far deeper than any route needs, and far below the JSON parser's own limit.
MAX_DEPTH = 32


def parse_json(body: bytes) -> Any:
    """Raises ValueError for duplicate keys, NaN, numbers or text out of range, deep nesting."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse
        )
        # Escapes may hold half of a surrogate pair, which neither UTF-8 nor the table can hold.
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _depth(value) > MAX_DEPTH:
        raise ValueError("nested too deeply")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _depth(value: Any) -> int:
    """Nesting depth, computed without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return depth
