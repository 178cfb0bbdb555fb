import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from local.cold_start import ColdStart

LOAD_S = 0.2


@pytest.fixture
async def cold_start() -> AsyncIterator[Callable[[float, float], ColdStart]]:
    created: list[ColdStart] = []

    def make(load_s: float, unload_s: float) -> ColdStart:
        created.append(ColdStart(load_s, unload_s))
        return created[-1]

    yield make
    for each in created:
        await each.close()


async def loading_s(models: ColdStart, model: str) -> float:
    loop = asyncio.get_running_loop()
    start = loop.time()
    await models.loaded(model)
    return loop.time() - start


Make = Callable[[float, float], ColdStart]


async def test_each_model_loads_once(cold_start: Make) -> None:
    models = cold_start(LOAD_S, 3600)
    assert await loading_s(models, "a") >= LOAD_S
    assert await loading_s(models, "b") >= LOAD_S
    assert await loading_s(models, "a") < LOAD_S


async def test_an_idle_model_is_unloaded(cold_start: Make) -> None:
    models = cold_start(LOAD_S, 0)
    await models.loaded("a")
    assert await loading_s(models, "a") >= LOAD_S


async def test_concurrent_requests_share_one_load(cold_start: Make) -> None:
    models = cold_start(LOAD_S, 3600)
    first = asyncio.create_task(models.loaded("a"))
    await asyncio.sleep(LOAD_S / 2)
    assert await loading_s(models, "a") < LOAD_S
    await first


async def test_loading_continues_when_the_waiting_request_is_cancelled(cold_start: Make) -> None:
    models = cold_start(LOAD_S, 3600)
    waiting = asyncio.create_task(models.loaded("a"))
    await asyncio.sleep(LOAD_S / 2)
    waiting.cancel()
    await asyncio.sleep(LOAD_S / 2)
    assert await loading_s(models, "a") < LOAD_S


async def test_without_a_load_time_every_model_is_warm() -> None:
    models = ColdStart()
    await models.loaded("a")
    await models.close()
