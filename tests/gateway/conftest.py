from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from shared.gateway.client import Gateway, gateway_http
from tests.scripted_gateway import ScriptedGateway


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One event loop per module, so that its tests can share `http`.
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(loop_scope="module")
async def scripted() -> AsyncIterator[ScriptedGateway]:
    # Waits take a fifth of their seconds: the steady modes send every 20 ms.
    async with ScriptedGateway(scale=0.2) as scripted:
        yield scripted


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Shared, because loading the certificates takes longer than most tests."""
    async with gateway_http() as http:
        yield http


@pytest.fixture
def gateway(scripted: ScriptedGateway, http: httpx.AsyncClient) -> Gateway:
    return Gateway(scripted.url, http)
