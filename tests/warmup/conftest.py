import pytest

from shared.settings import Settings
from tests.api.server import settings_for
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable
from tests.warmup.models import MODELS


@pytest.fixture
def settings(gateway: ScriptedGateway, table: TestTable) -> Settings:
    return settings_for(gateway, table, LIVEPEER_MODELS=MODELS)
