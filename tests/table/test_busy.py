"""A row that a transaction holds right now: DynamoDB refuses other writes to it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from shared.table import BUSY_TRIES, Table, TableUnavailable

BUSY = "TransactionConflictException"


@pytest.fixture
def stubbed() -> Iterator[tuple[Table, Stubber]]:
    client: Any = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stubber:
        yield Table("t", lambda: client), stubber
    client.close()


async def test_a_write_waits_for_a_transaction_on_its_row(
    stubbed: tuple[Table, Stubber],
) -> None:
    table, stubber = stubbed
    stubber.add_client_error("update_item", BUSY)
    stubber.add_client_error("update_item", BUSY)
    stubber.add_response("update_item", {"Attributes": {"pk": {"S": "1"}}})
    assert await table.update({"pk": "1"}) == {"pk": "1"}
    table.close()


async def test_a_row_that_stays_held_is_unavailable(
    stubbed: tuple[Table, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, stubber = stubbed
    monkeypatch.setattr("shared.table.BUSY_WAIT_S", 0)
    for _ in range(BUSY_TRIES):
        stubber.add_client_error("put_item", BUSY)
    with pytest.raises(TableUnavailable):
        await table.put({"pk": "1"})
    table.close()
