from collections.abc import AsyncIterator

import pytest

from shared.settings import Settings
from shared.table.table import Table
from tests.api.server import open_table, settings_for
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable
from tests.warmup.models import MODELS


@pytest.fixture
def settings(gateway: ScriptedGateway, table: TestTable) -> Settings:
    return settings_for(gateway, table, LIVEPEER_MODELS=MODELS)


@pytest.fixture
async def rows(table: TestTable) -> AsyncIterator[Table]:
    rows = open_table(table)
    yield rows
    await rows.close()
