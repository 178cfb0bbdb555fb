"""Spent and reserved tokens in the table."""

from typing import Any

from chat.limits.reservation import shard_key, total_key
from shared.day import today
from shared.table.attributes import Item, decode_item, encode_item
from tests.api.client import Person
from tests.api.server import connect
from tests.table.local_table import TestTable


def rows(table: TestTable, prefix: str) -> list[Item]:
    """Every row whose partition key starts with the prefix."""
    client = connect(table.endpoint)
    pages = client.get_paginator("scan").paginate(TableName=table.name)
    found = [decode_item(item) for page in pages for item in page["Items"]]
    client.close()
    return [row for row in found if row["pk"].startswith(prefix)]


def used(table: TestTable, key: Item) -> int:
    client = connect(table.endpoint)
    answer = client.get_item(TableName=table.name, Key=encode_item(key), ConsistentRead=True)
    client.close()
    return int(decode_item(answer["Item"])["used"]) if "Item" in answer else 0


def spent(table: TestTable, user_id: str) -> int:
    return used(table, total_key(user_id, today()))


def spent_by_all(table: TestTable, shards: int = 1) -> int:
    return sum(used(table, shard_key(today(), shard)) for shard in range(shards))


def reservations(table: TestTable) -> list[Item]:
    return [row for row in rows(table, "BUDGET#") if row["sk"].startswith("RESERVATION#")]


async def me(person: Person) -> dict[str, Any]:
    answer = await person.get("/api/me")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
