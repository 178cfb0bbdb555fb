"""DynamoDB refuses other writes to a row during a transaction on it, and throttles transactions."""

from typing import Any

import pytest

from shared.aws.account import Account
from shared.aws.service import DYNAMODB, Service, ServiceRefused
from shared.table.table import BUSY_TRIES, ConditionFailed, Table, TableUnavailable

CONFLICT = ServiceRefused("TransactionConflictException", {})


def cancelled(*causes: str) -> ServiceRefused:
    reasons = [{"Code": cause} for cause in causes]
    return ServiceRefused("TransactionCanceledException", {"CancellationReasons": reasons})


class Busy(Service):
    """Answers after `refusals` refusals."""

    def __init__(self, refusals: int, refusal: ServiceRefused = CONFLICT) -> None:
        super().__init__(DYNAMODB, Account({}))
        self.refusals = refusals
        self._refusal = refusal
        self.tokens: list[object] = []

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.tokens.append(arguments.get("ClientRequestToken"))
        if not self.refusals:
            return {"Attributes": {"pk": {"S": "1"}}}
        self.refusals -= 1
        raise self._refusal


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


# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
@pytest.mark.parametrize(
    "causes",
    [
        ("ThrottlingError",),
        ("None", "ProvisionedThroughputExceeded"),
        ("TransactionConflict", "ThrottlingError"),
    ],
)
async def test_throttled_transaction_is_repeated_as_the_same_one(causes: tuple[str, ...]) -> None:
    busy = Busy(2, cancelled(*causes))
    table = Table("t", lambda: busy)
    await table.transact([{"Put": {"Item": {"pk": "1"}}}])
    assert len(busy.tokens) == 3
    assert len(set(busy.tokens)) == 1
    await table.close()


@pytest.mark.parametrize(
    ("cause", "raised"),
    [("ConditionalCheckFailed", ConditionFailed), ("ValidationError", TableUnavailable)],
)
async def test_transaction_that_can_never_succeed_is_not_repeated(
    cause: str, raised: type[Exception]
) -> None:
    busy = Busy(1, cancelled(cause, "ThrottlingError"))
    table = Table("t", lambda: busy)
    with pytest.raises(raised):
        await table.transact([{"Put": {"Item": {"pk": "1"}}}])
    assert len(busy.tokens) == 1
    await table.close()
