"""Claiming conversations while the anonymous session is still in use in another tab."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import pytest
from ulid import ULID

from chat.conversation.claim import Claim
from shared.aws.service import DYNAMODB, Service
from shared.table.attributes import Item
from shared.table.table import Table
from tests.api.client import Person, Reply
from tests.api.server import account
from tests.conversation.rows import user_rows
from tests.scripted_gateway import MODES, ScriptedGateway, livepeer
from tests.scripted_gateway.modes.mode import PIECES, TEXT
from tests.table.local_table import TestTable
from tests.turn.reply import gated, settled

USER, OTHER = "oidc-1", "oidc-2"


class PausedTable(Table):
    """Runs `meanwhile` between the reads and the writes of a claim."""

    def __init__(self, table: TestTable, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(table.name, lambda: Service(DYNAMODB, account(table.endpoint)))
        self._meanwhile = meanwhile

    async def put_all(self, items: Sequence[Item]) -> None:
        await self._meanwhile()
        await super().put_all(items)


async def claimed(table: Table, person: Person, user: str = USER) -> int:
    anonymous_id = (await person.get("/api/me")).json()["user_id"]
    return await Claim(table, anonymous_id, user).everything()


def owners(table: TestTable) -> dict[str, set[str]]:
    """The owners of the rows of a conversation, by kind."""
    found: dict[str, set[str]] = {"CONVERSATION": set(), "MESSAGE": set(), "SEND": set()}
    for row in user_rows(table):
        kind = row["sk"]["S"].partition("#")[0]
        if kind in found:
            found[kind].add(row["pk"]["S"].split("#")[1])
    return found


async def do_nothing() -> None:
    pass


async def test_claim_moves_every_row(person: Person, table: TestTable) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    claim = PausedTable(table, do_nothing)
    assert await claimed(claim, person) == 1
    assert set(map(frozenset, owners(table).values())) == {frozenset({USER})}
    (conversation,) = [row for row in user_rows(table) if row["sk"]["S"].startswith("CONVERSATION")]
    assert "claimed_by" not in conversation
    await claim.close()


async def test_message_sent_during_a_claim_is_refused_and_not_lost(
    person: Person, table: TestTable
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}/turns"
    body = {"message": {"id": str(uuid4()), "content": "One more"}}
    statuses: list[int] = []

    async def send() -> None:
        statuses.append((await person.post(path, body)).status_code)

    claim = PausedTable(table, send)
    assert await claimed(claim, person) == 1
    # The tab keeps the refused message, and sends it again after signing in.
    assert statuses == [404]
    assert set(map(frozenset, owners(table).values())) == {frozenset({USER})}
    await claim.close()


async def test_continuation_during_a_claim_is_refused(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = MODES["truncated"].script
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    gateway.script = livepeer.reply([" and", " more"])
    statuses: list[int] = []

    async def continue_reply() -> None:
        path = f"/api/conversations/{conversation_id}/turns/{reply_id}/continue"
        statuses.append((await person.post(path)).status_code)

    claim = PausedTable(table, continue_reply)
    assert await claimed(claim, person) == 1
    assert statuses == [409]
    assert len(gateway.requests) == 1
    await claim.close()


async def test_conversation_with_a_streaming_reply_is_left_for_the_next_claim(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    claim = PausedTable(table, do_nothing)
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        await gate.reached.wait()
        assert await claimed(claim, person) == 0
        gate.open()
        received.events += [event async for event in events]
    assert (await settled(person, conversation_id))["content"] == received.text == TEXT
    gateway.script = livepeer.reply(["Still here"])
    assert (await person.send("And now?", conversation_id)).text == "Still here"
    assert await claimed(claim, person) == 1
    assert owners(table)["MESSAGE"] == {USER}
    await claim.close()


@pytest.mark.parametrize("trial", range(5))
async def test_conversations_go_to_one_user_if_two_claim_the_same_session(
    person: Person, table: TestTable, trial: int
) -> None:
    for _ in range(3):
        await person.send("Hello")
    claim = PausedTable(table, do_nothing)
    moved = await asyncio.gather(claimed(claim, person), claimed(claim, person, OTHER))
    assert sum(moved) == 3
    conversations = [row for row in user_rows(table) if row["sk"]["S"].startswith("CONVERSATION")]
    assert len(conversations) == 3
    await claim.close()
