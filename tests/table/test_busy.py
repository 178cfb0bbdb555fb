"""DynamoDB refuses other writes to a row during a transaction on it."""

from typing import Any

import pytest

from shared.aws.account import Account
from shared.aws.service import DYNAMODB, Service, ServiceRefused
from shared.table.table import BUSY_TRIES, Table, TableUnavailable


class Busy(Service):
    """Answers after `refusals` refusals."""

    def __init__(self, refusals: int) -> None:
        super().__init__(DYNAMODB, Account({}))
        self.refusals = refusals

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if not self.refusals:
            return {"Attributes": {"pk": {"S": "1"}}}
        self.refusals -= 1
        raise ServiceRefused("TransactionConflictException", {})


async def test_write_is_retried_during_a_transaction_on_its_row() -> None:
    busy = Busy(2)
    table = Table("t", lambda: busy)
    assert await table.update({"pk": "1"}) == {"pk": "1"}
    await table.close()


async def test_row_that_stays_busy_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.table.table.BUSY_WAIT_S", 0)
    busy = Busy(BUSY_TRIES)
    table = Table("t", lambda: busy)
    with pytest.raises(TableUnavailable):
        await table.put({"pk": "1"})
    assert busy.refusals == 0
    await table.close()
