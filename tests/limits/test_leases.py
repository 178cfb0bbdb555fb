"""How many replies a user may have under way at once."""

import asyncio
import time
from collections import Counter
from threading import Lock
from uuid import uuid4

import pytest
from ulid import ULID

from chat.limits.refused import LimitReached
from chat.limits.streams import DuplicateInProgress, Slot, StreamLeases
from shared.aws.service import DYNAMODB, Service
from shared.table.table import Table
from tests.api.client import Person
from tests.api.server import account
from tests.api.visiting import newcomer, visiting
from tests.conftest import TestTable
from tests.limits.ledger import rows
from tests.limits.racing import race
from tests.local.polling import until
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, before
from tests.scripted_gateway.livepeer import MODEL

STREAMS = 3
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def all_free(table: TestTable) -> bool:
    return not rows(table, "LEASE#")


async def taken(leases: StreamLeases, user_id: str, owner: str) -> Slot | None:
    try:
        return await leases.acquire(user_id, owner, 60)
    except LimitReached:
        return None


def test_64_racers_get_as_many_slots_as_there_are(table: TestTable) -> None:
    async def take(table: Table, trial: int, racer: int) -> bool:
        return await taken(StreamLeases(table, STREAMS), f"user-{trial}", str(uuid4())) is not None

    assert [sum(got) for got in race(table, take)] == [STREAMS] * 10


def test_racers_that_come_and_go_never_hold_more(table: TestTable) -> None:
    holding, most, lock = Counter[int](), Counter[int](), Lock()

    async def pass_through(table: Table, trial: int, racer: int) -> None:
        leases = StreamLeases(table, STREAMS)
        if (slot := await taken(leases, f"user-{trial}", str(uuid4()))) is None:
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


class LosingAnswers(Service):
    """Each first answer is lost on its way back."""

    lost = False

    async def _post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        answer = await super()._post(operation, body)
        self.lost = not self.lost
        if self.lost:
            raise TimeoutError
        return answer


async def test_a_slot_whose_granting_was_not_heard_is_ones_own(table: TestTable) -> None:
    rows_of = Table(table.name, lambda: LosingAnswers(DYNAMODB, account(table.endpoint)))
    leases = StreamLeases(rows_of, 1)
    slot = await leases.acquire("someone", "a message", 60)
    with pytest.raises(DuplicateInProgress):
        await leases.acquire("someone", "a message", 60)
    await leases.release(slot)
    await rows_of.close()
    assert await all_free(table)


async def test_one_more_stream_than_allowed_is_refused_until_one_ends(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gates = [Gate(), Gate()]
    waiting = list(gates)
    gateway.script = lambda _: before(
        MODES["normal"].script, *([waiting.pop(0)] if waiting else [])
    )
    async with visiting(gateway, table, CONCURRENT_STREAMS="2") as person:
        streams = [asyncio.create_task(person.send("Hello")) for _ in gates]
        await asyncio.gather(*(gate.reached.wait() for gate in gates))
        for refused in (
            await person.post("/api/chat", HELLO),
            await person.post("/v1/chat/completions", {**HELLO, "model": MODEL}),
            await person.post(f"/api/conversations/{ULID()}/turns", message()),
        ):
            assert refused.status_code == 429, refused.text
            assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["error"]["code"] == "too_many_streams"
        assert refused.json()["error"]["limit"] == "concurrent_streams"
        assert len(gateway.requests) == 2
        # Another person has streams of their own.
        await newcomer(person.http).send("Hello")

        gates[0].open()
        await asyncio.wait(streams, return_when=asyncio.FIRST_COMPLETED)
        assert (await person.send("Hello")).done["outcome"] == "complete"
        gates[1].open()
        await asyncio.gather(*streams)
        assert await all_free(table)


def message() -> dict[str, dict[str, str]]:
    return {"message": {"id": str(uuid4()), "content": "Hello"}}


@pytest.mark.parametrize("mode", ["normal", "401", "503", "truncated", "choices-null", "empty"])
async def test_a_slot_is_free_after_every_ending(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        conversation_id = str(ULID())
        reply = await person.send("Hello", conversation_id)
        assert await all_free(table)
        path = f"/api/conversations/{conversation_id}/turns/{reply.turn['reply_id']}/regenerate"
        await person.read("POST", path, {})
        assert await all_free(table)
        for stream in (True, False):
            await person.post("/v1/chat/completions", {**HELLO, "model": MODEL, "stream": stream})
            await until(lambda: all_free(table))


async def test_a_slot_is_free_once_its_reply_is_stopped(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gate = Gate()
    gateway.script = Script((gate,))
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        conversation_id = str(ULID())
        async with person.sending("Hello", conversation_id) as events:
            await gate.reached.wait()
            assert len(rows(table, "LEASE#")) == 1
            await stop(person, conversation_id)
            assert [event.event async for event in events][-1] == "done"
        assert await all_free(table)


async def stop(person: Person, conversation_id: str) -> None:
    reply_id = (await person.conversation(conversation_id))["messages"][-1]["id"]
    await person.post(f"/api/conversations/{conversation_id}/turns/{reply_id}/stop")


async def test_a_slot_is_held_while_the_reply_goes_on_without_its_browser(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gate = Gate()
    gateway.script = before(MODES["normal"].script, gate)
    async with visiting(gateway, table, CONCURRENT_STREAMS="1") as person:
        async with person.sending("Hello") as events:
            await anext(events)
        assert (await person.post("/api/chat", HELLO)).status_code == 429
        gate.open()
        await until(lambda: all_free(table))


async def test_a_slot_is_free_once_the_reader_of_a_stateless_reply_leaves(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = Script((Gate(),))
    async with visiting(gateway, table, CONCURRENT_STREAMS="1", HEARTBEAT_S="0.1") as person:
        async with person.streaming("POST", "/api/chat", HELLO):
            assert len(rows(table, "LEASE#")) == 1
        await until(lambda: all_free(table))


@pytest.mark.parametrize(
    "limit", [{"TOKEN_BUDGET_PER_DAY": "1"}, {"GLOBAL_TOKEN_BUDGET_PER_DAY": "1"}]
)
async def test_a_slot_is_free_after_a_refusal(
    gateway: ScriptedGateway, table: TestTable, limit: dict[str, str]
) -> None:
    async with visiting(gateway, table, CONCURRENT_STREAMS="1", **limit) as person:
        for _ in range(2):
            answer = await person.post(f"/api/conversations/{ULID()}/turns", message())
            assert answer.json()["error"]["code"] == "budget_used_up"
        assert await all_free(table)


async def test_the_slot_of_a_dead_owner_is_free_when_its_lease_ends(
    opened: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = StreamLeases(opened, 1)
    dead = await leases.acquire("user", "dead", 3600)
    assert await taken(leases, "user", "alive") is None
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 3600)
    alive = await taken(leases, "user", "alive")
    assert alive

    # Should the dead wake up, they take nothing from the living.
    await leases.release(dead)
    assert await taken(leases, "user", "third") is None
    await leases.release(alive)
    assert await taken(leases, "user", "third")
