"""The parts of the API's tests."""

from collections.abc import AsyncIterator

import pytest

from shared.table.table import Table
from tests.api.conftest import gateway
from tests.api.server import open_table
from tests.conftest import TestTable

__all__ = ["gateway"]


# Sixty-four racers and one table on a busy machine are slower than AWS. No test here measures it.
PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.aws.service.CONNECT_S", PATIENCE_S)
    monkeypatch.setattr("shared.aws.service.READ_S", PATIENCE_S)


@pytest.fixture
async def opened(table: TestTable) -> AsyncIterator[Table]:
    opened = open_table(table)
    yield opened
    await opened.close()
