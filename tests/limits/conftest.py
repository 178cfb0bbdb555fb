"""The parts of the API's tests."""

from collections.abc import AsyncIterator

import pytest

from shared.table.table import Table
from tests.api.conftest import gateway
from tests.api.server import open_table
from tests.conftest import TestTable

__all__ = ["gateway"]


@pytest.fixture
async def opened(table: TestTable) -> AsyncIterator[Table]:
    opened = open_table(table)
    yield opened
    await opened.close()
