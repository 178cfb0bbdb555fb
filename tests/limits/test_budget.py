"""The token budget: reserved before a reply, settled after it, reported to the person."""

import asyncio

import pytest
from ulid import ULID

from chat.limits.budget import Budget
from shared.gateway.tokens import estimate_prompt_tokens
from shared.table.table import Table
from tests.api.client import Person
from tests.api.visiting import newcomer, visiting
from tests.limits.ledger import me, reservations, spent, spent_by_all
from tests.local.polling import until
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway, in_turn
from tests.scripted_gateway.livepeer import PROMPT_TOKENS
from tests.scripted_gateway.modes.mode import PIECES
from tests.table.local_table import TestTable

COMPLETION_TOKENS = len(PIECES)
HELLO = [{"role": "user", "content": "Hello"}]
ESTIMATE = estimate_prompt_tokens(HELLO)


async def settled_total(person: Person, table: TestTable) -> int:
    """The person's total, once no reservation is left."""

    async def settled() -> bool:
        return not reservations(table)

    await until(settled)
    return spent(table, (await me(person))["user_id"])


@pytest.mark.parametrize(
    ("billing", "price"),
    [("requested", PROMPT_TOKENS + 100), ("used", PROMPT_TOKENS + COMPLETION_TOKENS)],
)
async def test_reply_costs_the_tokens_the_gateway_bills(
    gateway: ScriptedGateway, table: TestTable, billing: str, price: int
) -> None:
    async with visiting(gateway, table, BILLING=billing, MAX_TOKENS="100") as person:
        await person.send("Hello")
        assert await settled_total(person, table) == price
        await person.post("/api/chat", {"messages": HELLO})
        assert await settled_total(person, table) == 2 * price


async def test_done_event_and_account_hold_the_budget_of_the_table(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, TOKEN_BUDGET_PER_DAY="5000") as person:
        reply = await person.send("Hello")
        budget = (await me(person))["budget"]
        assert reply.done["budget"] == budget
        assert budget["used"] == await settled_total(person, table)
        assert budget["limit"] == 5000 == budget["used"] + budget["remaining"]
        assert budget["resets_at"].endswith("T00:00:00Z")


async def test_global_total_is_settled_with_the_total_of_the_user(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, GLOBAL_TOKEN_BUDGET_PER_DAY="5000") as person:
        await person.send("Hello")
        await newcomer(person.http).send("Hello")
        assert spent_by_all(table) == 2 * await settled_total(person, table)


@pytest.mark.parametrize(("billing", "least"), [("requested", 1024), ("used", 1)])
async def test_reply_stopped_before_its_first_token_is_charged(
    gateway: ScriptedGateway, table: TestTable, billing: str, least: int
) -> None:
    gate = Gate()
    gateway.script = Script((gate,))
    async with visiting(gateway, table, BILLING=billing) as person:
        conversation_id = str(ULID())
        async with person.sending("Hello", conversation_id) as events:
            await gate.reached.wait()
            reply_id = (await person.conversation(conversation_id))["messages"][-1]["id"]
            await person.post(f"/api/conversations/{conversation_id}/turns/{reply_id}/stop")
            assert [event.event async for event in events][-1] == "done"
        assert await settled_total(person, table) >= least


async def test_stateless_reply_left_before_its_first_token_is_charged(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = Script((Gate(),))
    async with visiting(gateway, table, HEARTBEAT_S="0.1") as person:
        async with person.streaming("POST", "/api/chat", {"messages": HELLO}):
            request = await gateway.request()
        await request.cancelled.wait()
        assert await settled_total(person, table) == ESTIMATE + 1024


@pytest.mark.parametrize("mode", ["closed", "503", "401", "empty", "html", "error-frame"])
async def test_reply_without_a_token_is_refunded(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(gateway, table, GLOBAL_TOKEN_BUDGET_PER_DAY="5000") as person:
        reply = await person.send("Hello")
        assert reply.done["outcome"] == "error"
        assert reply.done["budget"]["used"] == await settled_total(person, table) == 0
        await person.post("/api/chat", {"messages": HELLO})
        assert await settled_total(person, table) == spent_by_all(table) == 0


async def test_truncated_reply_is_charged(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = MODES["truncated"].script
    async with visiting(gateway, table, MAX_TOKENS="100") as person:
        assert (await person.send("Hello")).done["outcome"] == "truncated"
        assert await settled_total(person, table) >= 100


async def test_reservation_of_a_dead_function_is_charged_and_removed(
    gateway: ScriptedGateway, table: TestTable, opened: Table
) -> None:
    async with visiting(gateway, table, MAX_TOKENS="100", TOKEN_BUDGET_PER_DAY="5000") as person:
        user_id = (await me(person))["user_id"]
        dead, alive = Budget(opened, 5000, 0), Budget(opened, 5000, 0)
        await dead.save(await dead.reserve(user_id, "dead", 30, 100, seconds=-1))
        reservation = await alive.reserve(user_id, "alive", 30, 100, seconds=60)
        await alive.save(reservation)
        await person.send("Hello")
        assert [row["sk"] for row in reservations(table)] == ["RESERVATION#alive"]
        assert spent(table, user_id) == 130 + 130 + PROMPT_TOKENS + 100
        await alive.settle(user_id, reservation, 0)
        assert spent(table, user_id) == 130 + PROMPT_TOKENS + 100


async def test_reply_is_shortened_to_the_remaining_budget_and_says_so(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, TOKEN_BUDGET_PER_DAY=str(ESTIMATE + 50)) as person:
        conversation_id = str(ULID())
        reply = await person.send("Hello", conversation_id)
        assert (reply.turn["max_tokens"], reply.turn["shortened_by"]) == (50, "budget")
        assert (await gateway.request()).json["max_tokens"] == 50
        saved = (await person.conversation(conversation_id))["messages"][-1]
        assert (saved["max_tokens"], saved["shortened_by"]) == (50, "budget")


async def test_reply_within_the_budget_is_not_shortened(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, TOKEN_BUDGET_PER_DAY="5000") as person:
        reply = await person.send("Hello", max_tokens=77)
        assert (reply.turn["max_tokens"], reply.turn["shortened_by"]) == (77, None)


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("TOKEN_BUDGET_PER_DAY", "token_budget_per_day"),
        ("GLOBAL_TOKEN_BUDGET_PER_DAY", "global_token_budget_per_day"),
    ],
)
async def test_refusal_for_a_used_up_budget_says_when_it_resets(
    gateway: ScriptedGateway, table: TestTable, setting: str, limit: str
) -> None:
    async with visiting(gateway, table, MAX_TOKENS="100", **{setting: "130"}) as person:
        await person.send("Hello")
        answer = await person.post("/api/chat", {"messages": HELLO})
        assert answer.status_code == 429
        error = answer.json()["error"]
        assert (error["code"], error["limit"]) == ("budget_used_up", limit)
        assert "midnight UTC" in error["message"]
        assert 0 < int(answer.headers["retry-after"]) <= 24 * 3600
        refused = await person.post(
            f"/api/conversations/{ULID()}/turns",
            {"message": {"id": "0b54e30f-98f5-4c0a-8d09-7c9f5a4a2b10", "content": "Hello"}},
        )
        assert refused.json() == answer.json()
        assert len(gateway.requests) == 1
        assert reservations(table) == []


@pytest.mark.parametrize("streams", ["0", "1", "3"])
async def test_message_sent_64_times_at_once_is_charged_once(
    gateway: ScriptedGateway, table: TestTable, streams: str
) -> None:
    """The budget allows one reply: the other requests must wait for it, not be refused."""
    gateway.script = in_turn(MODES["normal"].script, MODES["503"].script)
    tight = {"MAX_TOKENS": "100", "TOKEN_BUDGET_PER_DAY": str(ESTIMATE + 100)}
    async with visiting(gateway, table, CONCURRENT_STREAMS=streams, **tight) as person:
        sent = (str(ULID()), "c1f3f0a4-4a2e-4b57-9d8b-0f3c6a0b8f11")
        replies = await asyncio.gather(*(person.send("Hello", *sent) for _ in range(64)))
        assert len({reply.turn["reply_id"] for reply in replies}) == 1
        assert len({reply.text for reply in replies}) == 1
        assert len(gateway.requests) == 1
        assert await settled_total(person, table) == PROMPT_TOKENS + 100
