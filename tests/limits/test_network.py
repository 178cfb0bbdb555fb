"""Requests a minute, counted by network."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from mangum import Mangum

from chat.app import create_app
from chat.context import Context
from chat.limits.rate import WINDOW_S
from chat.limits.visitor import hash_network
from tests.api.server import SESSION_SECRET, open_table, settings_for
from tests.api.visiting import newcomer, visiting
from tests.limits.clock import Clock
from tests.limits.ledger import rows
from tests.runtime.function_url import function_url_event
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable

HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def test_network_may_send_four_times_the_limit_of_a_user(
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


async def test_new_sessions_are_counted_by_network(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="5") as person:
        answers = [await person.http.post("/api/sessions") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[-1].json()["error"]["limit"] == "requests_per_minute"
        clock.now += WINDOW_S
        assert (await person.http.post("/api/sessions")).status_code == 200


async def test_forwarded_addresses_in_headers_are_ignored(
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
    """The app behind Function URL events with a source address."""

    def __init__(self, gateway: ScriptedGateway, table: TestTable, **settings: str) -> None:
        self._context = Context(
            settings=lambda: settings_for(gateway, table, **settings),
            table=lambda _: open_table(table),
        )

    async def statuses(self, *requests: tuple[str, dict[str, str]]) -> list[int]:
        return await asyncio.to_thread(self._statuses, requests)

    def _statuses(self, requests: tuple[tuple[str, dict[str, str]], ...]) -> list[int]:
        # Mangum runs the app in the event loop of the thread.
        with asyncio.Runner() as runner:
            asyncio.set_event_loop(runner.get_loop())
            app = Mangum(create_app(self._context), lifespan="off")
            statuses = [app(event(*request), LAMBDA)["statusCode"] for request in requests]
            runner.run(self._context.close())
            asyncio.set_event_loop(None)
        return statuses


LAMBDA: Any = SimpleNamespace(aws_request_id="11111111-2222-3333-4444-555555555555")


def event(address: str, headers: dict[str, str]) -> Any:
    url_event = function_url_event("POST", "/api/sessions", headers=headers)
    url_event["requestContext"]["http"]["sourceIp"] = address
    return url_event


async def test_lambda_uses_the_source_address_of_the_event(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    lambda_ = Lambda(gateway, table, REQUESTS_PER_MINUTE="5")
    statuses = await lambda_.statuses(*(("203.0.113.7", forged(each)) for each in range(1000)))
    assert statuses == [200] * 5 + [429] * 995
    assert len(rows(table, "RATE#")) == 1


async def test_ipv6_addresses_of_one_slash_64_are_one_network(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    lambda_ = Lambda(gateway, table, REQUESTS_PER_MINUTE="2")
    neighbours = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:0db8:0000:0001::3")
    assert await lambda_.statuses(*((each, {}) for each in neighbours)) == [200, 200, 429]
    other_network = Lambda(gateway, table, REQUESTS_PER_MINUTE="2")
    assert await other_network.statuses(("2001:db8:0:2::1", {})) == [200]


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
def test_networks_are_distinguished_by_their_keyed_hash(one: str, other: str, same: bool) -> None:
    assert (hash_network(one, "key") == hash_network(other, "key")) is same
    assert hash_network(one, "key") != hash_network(one, "another key")


async def test_table_holds_no_address(
    gateway: ScriptedGateway, table: TestTable, clock: Clock
) -> None:
    await Lambda(gateway, table, REQUESTS_PER_MINUTE="5").statuses(("203.0.113.7", {}))
    async with visiting(gateway, table, REQUESTS_PER_MINUTE="5") as person:
        await person.send("Hello")
        # The gateway's address is not personal data.
        stored = json.dumps([row for row in rows(table, "") if row["pk"] != "MODEL"])
        stored = stored.replace(gateway.origin.removeprefix("http://"), "")
        keys = {row["pk"].split("#")[1] for row in rows(table, "RATE#")}
    for address in ("203.0.113.7", "127.0.0.1"):
        assert address not in stored
    # A hash without a secret can be reversed by trying all 4 billion addresses.
    assert hash_network("203.0.113.7", SESSION_SECRET) in keys
    assert hash_network("203.0.113.7", "") not in keys
