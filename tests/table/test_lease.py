"""A lease has one holder, who gets it even if the answer that grants it is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from chat.generation.prewarm import Prewarm, debounce_key
from shared.settings import Settings
from shared.table.lease import Lease, LeaseHeld
from shared.table.table import Table
from shared.warmth.breaker import THRESHOLD, Breaker
from shared.warmth.rows import WarmthRows
from shared.warmth.warmth import Warmth
from tests.api.server import open_table
from tests.table.local_table import TestTable
from tests.table.lossy import losing_answers

LEASE = Lease("until", "take")
KEY = {"pk": "LEASE#test", "sk": "1"}
WARMTH = Warmth("model", "gateway")


@pytest.fixture
async def lossy(table: TestTable) -> AsyncIterator[Table]:
    """Loses the answer to the first attempt of every call."""
    async with losing_answers(table.endpoint) as endpoint:
        opened = open_table(replace(table, endpoint=endpoint))
        yield opened
        await opened.close()


async def visit(table: Table) -> bool:
    return await WarmthRows(table).lease(WARMTH, 60) is not None


async def probe(table: Table) -> bool:
    row = {"failures": THRESHOLD, "open_until": time.time() - 1, "model": "m", "gateway": "g"}
    await WarmthRows(table).write(WARMTH, row)
    return await Breaker(table).probe(WARMTH) is not None


async def plain(table: Table) -> bool:
    try:
        row = await LEASE.acquire(table, KEY, time.time() + 60, {"owner": "me"})
    except LeaseHeld:
        return False
    assert row["owner"] == "me"
    return True


@pytest.mark.parametrize("acquire", [plain, visit, probe])
async def test_lease_is_granted_although_the_answer_was_lost(
    lossy: Table, acquire: Callable[[Table], Awaitable[bool]]
) -> None:
    assert await acquire(lossy)
    assert not await acquire(lossy)


async def test_model_is_warmed_although_the_answer_of_its_lease_was_lost(lossy: Table) -> None:
    variables = {"LIVEPEER_GATEWAY_URL": "http://127.0.0.1:9", "TABLE_NAME": lossy.name}
    settings = replace(Settings.from_env(variables), warmup_function="warm-up")
    warmed: list[str] = []

    class Recording(Prewarm):
        async def _warm(self, model_id: str) -> None:
            warmed.append(model_id)

    prewarm = Recording(settings, lossy, lambda: pytest.fail("no gateway is called"))
    for _ in range(2):
        await prewarm.begin("model")
        await asyncio.sleep(0)
    assert warmed == ["model"]
    row = await lossy.get(debounce_key("model"))
    assert row
    assert row["until"] > time.time()


async def test_slow_visit_does_not_end_the_lease_of_the_next_one(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_table(table)
    rows = WarmthRows(opened)
    slow = await rows.lease(WARMTH, 60)
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 61)
    following = await rows.lease(WARMTH, 60)
    assert slow
    assert following
    await rows.record_visit(slow, {"seen": "warm"})
    row = (await rows.all()).of(WARMTH.model, WARMTH.gateway)
    assert (row.seen, row.lease_until) == ("warm", following.lease_until)
    await rows.record_visit(following, {"seen": "cold"})
    row = (await rows.all()).of(WARMTH.model, WARMTH.gateway)
    assert (row.seen, row.lease_until) == ("cold", 0)
    await opened.close()


async def test_only_one_of_many_callers_gets_the_lease(table: TestTable) -> None:
    opened = open_table(table)
    assert sum(await asyncio.gather(*(plain(opened) for _ in range(16)))) == 1
    await opened.close()


async def test_lease_is_free_after_its_end(
    table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_table(table)
    assert await plain(opened)
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 61)
    assert await plain(opened)
    await opened.close()


async def test_holder_of_a_lease_is_shown(table: TestTable) -> None:
    opened = open_table(table)
    assert await plain(opened)
    with pytest.raises(LeaseHeld) as held:
        await LEASE.acquire(opened, KEY, time.time() + 60)
    assert held.value.row["owner"] == "me"
    await opened.close()
