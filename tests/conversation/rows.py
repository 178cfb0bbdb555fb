"""The rows of users in the table."""

import json
from typing import Any

from tests.api.server import connect
from tests.table.local_table import TestTable


def user_rows(table: TestTable) -> list[dict[str, Any]]:
    """The rows that belong to users, without counters and the models' warmth."""
    items = connect(table.endpoint).scan(TableName=table.name)["Items"]
    user_items = [item for item in items if item["pk"]["S"].startswith("USER#")]
    return sorted(user_items, key=lambda row: json.dumps(row, sort_keys=True))
