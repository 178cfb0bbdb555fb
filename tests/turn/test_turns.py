"""One turn: the stream to the browser, and the rows in the table."""

import json

import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.server import connect
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway
from tests.scripted_gateway.modes.mode import PIECES, TEXT
from tests.table.local_table import TestTable
from tests.turn.reply import gated, settled


async def test_turn_streams_the_reply_and_ends_with_one_done(person: Person) -> None:
    reply = await person.send("Hello there")
    assert reply.events[0].event == "turn"
    assert reply.text == TEXT
    assert reply.done["outcome"] == "complete"
    assert reply.done["usage"]["completion"] > 0
    assert reply.last_id == str(len(TEXT))
    assert {c["choices"][0]["finish_reason"] for c in reply.chunks[:-1]} == {None}


async def test_turn_is_saved_in_the_table(person: Person, table: TestTable) -> None:
    conversation_id = str(ULID())
    reply = await person.send("Hello there", conversation_id)
    read = await person.conversation(conversation_id)
    assert [(m["role"], m["content"]) for m in read["messages"]] == [
        ("user", "Hello there"),
        ("assistant", TEXT),
    ]
    assert read["messages"][1]["status"] == "complete"
    assert read["conversation"]["title"] == "Hello there"
    rows = connect(table.endpoint).scan(TableName=table.name)["Items"]
    owned = [row for row in rows if row["pk"]["S"].startswith("USER#")]
    kinds = sorted(row["sk"]["S"].partition("#")[0] for row in owned)
    assert kinds == ["CONVERSATION", "MESSAGE", "MESSAGE", "SEND"]
    assert reply.turn["reply_id"] in {row["id"]["S"] for row in rows if "id" in row}


async def test_message_is_saved_and_the_turn_event_sent_before_the_gateway_answers(
    person: Person, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        first = await anext(events)
        assert first.event == "turn"
        await gate.reached.wait()
        saved = (await person.conversation(conversation_id))["messages"]
        assert [m["status"] for m in saved] == ["complete", "streaming"]
        gate.open()
        assert [e async for e in events][-1].event == "done"


async def test_tokens_reach_the_browser_while_the_gateway_still_streams(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    received = ""
    async with person.sending("Hello") as events:
        async for event in events:
            if not event.event:
                received += json.loads(event.data)["choices"][0]["delta"].get("content", "")
            if received == "".join(PIECES[:-1]):
                gate.open()
    assert received == TEXT


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_reply_is_completed_and_saved_if_the_browser_disconnects(
    person: Person, gateway: ScriptedGateway, after: int
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        for _ in range(after):
            await anext(events)
    gate.open()
    reply = await settled(person, conversation_id)
    assert (reply["status"], reply["content"]) == ("complete", TEXT)


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [("truncated", "truncated"), ("empty", "error"), ("401", "error")],
)
async def test_gateway_failure_ends_with_an_outcome_and_a_message(
    person: Person, gateway: ScriptedGateway, mode: str, outcome: str
) -> None:
    gateway.script = MODES[mode].script
    conversation_id = str(ULID())
    reply = await person.send("Hello", conversation_id)
    assert reply.done["outcome"] == outcome
    assert reply.done["error"]["message"].endswith(".")
    saved = (await person.conversation(conversation_id))["messages"][-1]
    assert saved["content"] == reply.text
    assert saved["outcome"] == outcome
