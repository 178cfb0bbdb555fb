from collections.abc import AsyncIterator

import pytest

from shared.table.table import Table
from tests.api.server import open_table
from tests.limits.clock import Clock
from tests.table.local_table import TestTable

# 64 racers on one table are slower than AWS. No test here measures time against it.
PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.aws.signed_posts.CONNECT_S", PATIENCE_S)
    monkeypatch.setattr("shared.aws.signed_posts.READ_S", PATIENCE_S)


@pytest.fixture
async def opened(table: TestTable) -> AsyncIterator[Table]:
    opened = open_table(table)
    yield opened
    await opened.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("chat.limits.rate.time", clock)
    return clock
