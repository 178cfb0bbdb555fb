"""The rows of users and conversations."""

import json
from typing import Any

from tests.api.server import connect
from tests.table.local_table import TestTable


def user_rows(table: TestTable) -> list[dict[str, Any]]:
    """The rows that belong to users, without counters and the models' warmth."""
    items = connect(table.endpoint).scan(TableName=table.name)["Items"]
    owned = [item for item in items if item["pk"]["S"].startswith("USER#")]
    return sorted(owned, key=lambda row: json.dumps(row, sort_keys=True))
