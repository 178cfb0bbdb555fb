from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.client import Person
from tests.api.server import serving, settings_for
from tests.conftest import TestTable
from tests.scripted_gateway import MODES, ScriptedGateway


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    """A gateway that answers normally until the test gives it another script."""
    async with ScriptedGateway(MODES["normal"].script) as gateway:
        yield gateway


@pytest.fixture
async def http(gateway: ScriptedGateway, table: TestTable) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with the default settings."""
    async with (
        serving(settings_for(gateway, table), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        yield http


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    return await Person.arrive(http)
