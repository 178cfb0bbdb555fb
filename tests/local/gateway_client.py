"""A client of the local gateway, over the real SmolLM2."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx

from local.cold_start import ColdStart
from local.gateway import LocalGateway
from local.http_server import Server

MODEL = "Qwen/Qwen2.5-7B-Instruct"
OTHER = "google/gemma-2-9b-it"
REQUEST = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "Say hi."}],
    "stream": True,
    "max_tokens": 5,
    "temperature": 0,
}

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@asynccontextmanager
async def connected(
    model_url: str,
    cold_start: ColdStart | None = None,
    models: frozenset[str] = frozenset({MODEL, OTHER}),
) -> AsyncIterator[httpx.AsyncClient]:
    adapter = LocalGateway(model_url, models, cold_start or ColdStart())
    async with (
        adapter.running(),
        Server().serving(adapter.handle) as server,
        httpx.AsyncClient(base_url=server.url, timeout=120, trust_env=False) as client,
    ):
        yield client
