from collections.abc import AsyncIterator

import httpx
import pytest

from shared.gateway import Gateway, gateway_http
from tests.scripted_gateway import ScriptedGateway


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedGateway]:
    # A fifth of the written pace: the steady modes beat every 20 ms.
    async with ScriptedGateway(scale=0.2) as scripted:
        yield scripted


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with gateway_http() as http:
        yield http


@pytest.fixture
def gateway(scripted: ScriptedGateway, http: httpx.AsyncClient) -> Gateway:
    return Gateway(scripted.url, http)
