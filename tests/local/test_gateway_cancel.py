"""A client that disconnects cancels the generation."""

import asyncio

import httpx

from local.cold_start import ColdStart
from local.gateway import LocalGateway
from local.http_server import Exchange, Server
from tests.local.gateway_client import MODEL, REQUEST, Connect
from tests.local.polling import PATIENCE_S, until


async def idle(model_url: str) -> bool:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        slots = (await client.get(f"{model_url}/slots")).json()
    return not any(slot["is_processing"] for slot in slots)


async def test_closing_the_connection_cancels_the_generation(
    gateway: Connect, model_url: str
) -> None:
    async with gateway() as client:
        # Without cancelling, it would generate until the context window is full.
        endless = REQUEST | {"max_tokens": 8000, "temperature": 1.5}
        async with client.stream("POST", "/llm", json=endless) as response:
            await anext(response.aiter_raw())
            assert not await idle(model_url)
        await until(lambda: idle(model_url))
        # The gateway serves the next request.
        assert (await client.post("/llm", json=REQUEST)).status_code == 200


async def test_client_that_leaves_before_the_first_token_cancels_the_generation() -> None:
    requested, cancelled = asyncio.Event(), asyncio.Event()

    async def silent_model(exchange: Exchange) -> None:
        await exchange.body()
        requested.set()
        await exchange.client_left()
        cancelled.set()

    async with Server().serving(silent_model) as model:
        adapter = LocalGateway(model.url, frozenset({MODEL}), ColdStart())
        async with (
            adapter.running(),
            Server().serving(adapter.handle) as server,
            httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
        ):
            request = asyncio.create_task(client.post("/llm", json=REQUEST))
            async with asyncio.timeout(PATIENCE_S):
                await requested.wait()
                request.cancel()
                await cancelled.wait()
