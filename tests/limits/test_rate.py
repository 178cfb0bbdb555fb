"""Requests a minute, counted by user."""

import httpx

from chat.limits.rate import Rate
from chat.limits.refused import LimitReached
from shared.table.table import Table
from tests.api.visiting import visiting
from tests.limits.clock import Clock
from tests.limits.racing import race
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


def test_64_racers_are_counted_exactly(table: TestTable, clock: Clock) -> None:
    async def count(table: Table, trial: int, racer: int) -> bool:
        try:
            await Rate(table).count(f"user-{trial}", 10)
        except LimitReached:
            return False
        return True

    assert [sum(counted) for counted in race(table, count)] == [10] * 10


async def test_request_above_the_limit_is_refused_until_the_next_minute(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    clock.now += 12.3
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="3") as person:
        for _ in range(3):
            assert (await person.send("Hello")).done["outcome"] == "complete"
        for _ in range(2):
            refused = await person.post("/api/chat", HELLO)
            assert refused.status_code == 429
            error = refused.json()["error"]
            assert (error["code"], error["limit"]) == ("rate_limited", "requests_per_minute")
            assert refused.headers["retry-after"] == "48"
        assert len(gateway.requests) == 3

        # Exact to the second: a client that waits for Retry-After is served.
        clock.now += 47
        assert (await person.post("/api/chat", HELLO)).headers["retry-after"] == "1"
        clock.now += 1
        assert (await person.post("/api/chat", HELLO)).status_code == 200


async def test_resent_message_is_not_counted(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        sent = ("01K0000000000000000000000A", "b52bb9ac-3f93-4a9f-8e5c-7bb63f6b5a47")
        first = await person.send("Hello", *sent)
        assert (await person.send("Hello", *sent)).text == first.text
        assert (await person.post("/api/chat", HELLO)).status_code == 429


async def test_read_only_routes_are_not_counted(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        answers: list[httpx.Response] = []
        for path in ("/healthz", "/api/me", "/api/models", "/api/conversations", "/v1/models"):
            answers += [await person.get(path) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
