"""A table on DynamoDB Local."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TestTable:
    __test__ = False

    name: str
    endpoint: str
