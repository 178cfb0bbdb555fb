"""Leases of stream slots, under races and lost responses."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from threading import Lock
from uuid import uuid4

import pytest

from chat.limits.refused import LimitReached
from chat.limits.streams import DuplicateInProgress, Slot, StreamLeases
from shared.table.table import Table
from tests.api.server import open_table
from tests.limits.ledger import rows
from tests.limits.racing import race
from tests.table.local_table import TestTable
from tests.table.lossy import losing_answers

STREAMS = 3
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def all_free(table: TestTable) -> bool:
    return not rows(table, "LEASE#")


async def try_acquire(leases: StreamLeases, user_id: str, owner: str) -> Slot | None:
    try:
        return await leases.acquire(user_id, owner, 60)
    except LimitReached:
        return None


def test_64_racers_get_exactly_the_available_slots(table: TestTable) -> None:
    async def acquire(table: Table, trial: int, racer: int) -> bool:
        leases = StreamLeases(table, STREAMS)
        return await try_acquire(leases, f"user-{trial}", str(uuid4())) is not None

    assert [sum(got) for got in race(table, acquire)] == [STREAMS] * 10


def test_racers_that_acquire_and_release_never_exceed_the_limit(table: TestTable) -> None:
    holding, most, lock = Counter[int](), Counter[int](), Lock()

    async def pass_through(table: Table, trial: int, racer: int) -> None:
        leases = StreamLeases(table, STREAMS)
        if (slot := await try_acquire(leases, f"user-{trial}", str(uuid4()))) is None:
            return
        with lock:
            holding[trial] += 1
            most[trial] = max(most[trial], holding[trial])
        await asyncio.sleep(0.01)
        with lock:
            holding[trial] -= 1
        await leases.release(slot)

    list(race(table, pass_through))
    assert max(most.values()) == STREAMS


async def test_slot_is_granted_to_the_same_owner_if_the_response_was_lost(table: TestTable) -> None:
    async with losing_answers(table.endpoint) as endpoint:
        lossy_table = open_table(replace(table, endpoint=endpoint))
        leases = StreamLeases(lossy_table, 1)
        slot = await leases.acquire("someone", "a message", 60)
        with pytest.raises(DuplicateInProgress):
            await leases.acquire("someone", "a message", 60)
        await leases.release(slot)
        await lossy_table.close()
    assert await all_free(table)


async def test_slot_of_a_dead_owner_is_free_when_its_lease_ends(
    opened: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = StreamLeases(opened, 1)
    dead = await leases.acquire("user", "dead", 3600)
    assert await try_acquire(leases, "user", "alive") is None
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 3600)
    alive = await try_acquire(leases, "user", "alive")
    assert alive

    # A dead owner that wakes up does not release the slot of the new owner.
    await leases.release(dead)
    assert await try_acquire(leases, "user", "third") is None
    await leases.release(alive)
    assert await try_acquire(leases, "user", "third")
