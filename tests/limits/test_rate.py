"""Requests a minute, of a user and of a network."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from mangum import Mangum

from chat.app import create_app
from chat.context import Context
from chat.limits.rate import WINDOW_S, Rate
from chat.limits.refused import LimitReached
from chat.limits.visitor import hash_network
from shared.table.table import Table
from tests.api.server import SESSION_SECRET, open_table, settings_for
from tests.api.visiting import newcomer, visiting
from tests.conftest import TestTable
from tests.limits.ledger import rows
from tests.limits.racing import race
from tests.runtime.function_url import function_url_event
from tests.scripted_gateway import ScriptedGateway

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


class Clock:
    """The time as the windows see it: it stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("chat.limits.rate.time", clock)
    return clock


def test_64_racers_are_counted_exactly(table: TestTable, clock: Clock) -> None:
    async def count(table: Table, trial: int, racer: int) -> bool:
        try:
            await Rate(table).count(f"user-{trial}", 10)
        except LimitReached:
            return False
        return True

    assert [sum(counted) for counted in race(table, count)] == [10] * 10


async def test_one_request_too_many_is_refused_until_the_next_minute(
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

        # To the second: a client that waits as long as it was told is served.
        clock.now += 47
        assert (await person.post("/api/chat", HELLO)).headers["retry-after"] == "1"
        clock.now += 1
        assert (await person.post("/api/chat", HELLO)).status_code == 200


async def test_what_was_sent_before_is_read_again_without_being_counted(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        sent = ("01K0000000000000000000000A", "b52bb9ac-3f93-4a9f-8e5c-7bb63f6b5a47")
        first = await person.send("Hello", *sent)
        assert (await person.send("Hello", *sent)).text == first.text
        assert (await person.post("/api/chat", HELLO)).status_code == 429


async def test_a_network_has_room_for_four_people_and_no_more(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="2") as person:
        people = [newcomer(person.http) for _ in range(4)]
        answers = [await each.post("/api/chat", HELLO) for each in people for _ in range(2)]
        assert {answer.status_code for answer in answers} == {200}
        refused = await person.post("/api/chat", HELLO)
        assert refused.status_code == 429
        assert refused.json()["error"]["limit"] == "requests_per_minute"
        clock.now += WINDOW_S
        assert (await person.post("/api/chat", HELLO)).status_code == 200


async def test_sessions_are_counted_by_network(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="5") as person:
        answers = [await person.http.post("/api/sessions") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[-1].json()["error"]["limit"] == "requests_per_minute"
        clock.now += WINDOW_S
        assert (await person.http.post("/api/sessions")).status_code == 200


async def test_a_thousand_forwarded_addresses_are_one_network(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="5") as person:
        statuses = [
            (await person.http.post("/api/sessions", headers=forged(number))).status_code
            for number in range(1000)
        ]
        assert statuses == [200] * 5 + [429] * 995
        assert len(rows(table, "RATE#")) == 1


def forged(number: int) -> dict[str, str]:
    address = f"198.51.{number // 250}.{number % 250}"
    names = ("x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip")
    return dict.fromkeys(names, address)


class Lambda:
    """The app behind Function URL events, each of which says where it comes from."""

    def __init__(self, gateway: ScriptedGateway, table: TestTable, **settings: str) -> None:
        self._context = Context(
            settings=lambda: settings_for(gateway, table, **settings),
            table=lambda _: open_table(table),
        )

    async def statuses(self, *requests: tuple[str, dict[str, str]]) -> list[int]:
        return await asyncio.to_thread(self._statuses, requests)

    def _statuses(self, requests: tuple[tuple[str, dict[str, str]], ...]) -> list[int]:
        # Mangum runs the app on its thread's loop.
        with asyncio.Runner() as runner:
            asyncio.set_event_loop(runner.get_loop())
            app = Mangum(create_app(self._context), lifespan="off")
            statuses = [app(event(*request), LAMBDA)["statusCode"] for request in requests]
            runner.run(self._context.close())
            asyncio.set_event_loop(None)
        return statuses


LAMBDA: Any = SimpleNamespace(aws_request_id="11111111-2222-3333-4444-555555555555")


def event(address: str, headers: dict[str, str]) -> Any:
    made = function_url_event("POST", "/api/sessions", headers=headers)
    made["requestContext"]["http"]["sourceIp"] = address
    return made


async def test_on_lambda_only_the_platform_s_word_counts(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    lambda_ = Lambda(gateway, table, REQUESTS_PER_MINUTE="5")
    statuses = await lambda_.statuses(*(("203.0.113.7", forged(each)) for each in range(1000)))
    assert statuses == [200] * 5 + [429] * 995
    assert len(rows(table, "RATE#")) == 1


async def test_a_slash_64_of_ipv6_is_one_network(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    lambda_ = Lambda(gateway, table, REQUESTS_PER_MINUTE="2")
    neighbours = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:0db8:0000:0001::3")
    assert await lambda_.statuses(*((each, {}) for each in neighbours)) == [200, 200, 429]
    elsewhere = Lambda(gateway, table, REQUESTS_PER_MINUTE="2")
    assert await elsewhere.statuses(("2001:db8:0:2::1", {})) == [200]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("2001:db8::1", "2001:db8:0:0:1::", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "nonsense", True),
    ],
)
def test_networks_are_told_apart_by_their_hash(one: str, other: str, same: bool) -> None:
    assert (hash_network(one, "key") == hash_network(other, "key")) is same
    assert hash_network(one, "key") != hash_network(one, "another key")


async def test_no_address_is_in_the_table(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    await Lambda(gateway, table, REQUESTS_PER_MINUTE="5").statuses(("203.0.113.7", {}))
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="5") as person:
        await person.send("Hello")
        # A gateway's own address is no secret.
        held = json.dumps([row for row in rows(table, "") if row["pk"] != "MODEL"])
        held = held.replace(gateway.origin.removeprefix("http://"), "")
        keys = {row["pk"].split("#")[1] for row in rows(table, "RATE#")}
    for address in ("203.0.113.7", "127.0.0.1"):
        assert address not in held
    # What can be tried out without the secret is no protection for 4 billion addresses.
    assert hash_network("203.0.113.7", SESSION_SECRET) in keys
    assert hash_network("203.0.113.7", "") not in keys


async def test_what_is_free_is_not_counted(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="1") as person:
        answers: list[httpx.Response] = []
        for path in ("/healthz", "/api/me", "/api/models", "/api/conversations", "/v1/models"):
            answers += [await person.get(path) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
