"""Following a reply from another place, and stopping it."""

import random

import httpx
from ulid import ULID

from tests.api.client import Person, Reply
from tests.api.server import serving, settings_for
from tests.api.test_turns import gated
from tests.conftest import TestTable
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import PIECES, TEXT


async def test_resuming_anywhere_has_no_gap_and_no_repeat(person: Person) -> None:
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
    cuts = random.Random(7).choices(range(len(TEXT) + 1), k=200)
    for cut in cuts:
        reply = await person.read("GET", path, last_event_id=str(cut))
        assert TEXT[:cut] + reply.text == TEXT
        assert reply.done["outcome"] == "complete"


async def test_another_environment_follows_a_reply_while_it_is_written(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with (
        serving(settings_for(gateway, table), table) as elsewhere,
        httpx.AsyncClient(base_url=elsewhere, timeout=30) as http,
        person.sending("Hello", conversation_id) as events,
    ):
        reply_id = Reply([await anext(events)]).turn["reply_id"]
        viewer = Person(http, person.headers["authorization"].removeprefix("Bearer "))
        path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
        seen = Reply()
        async with viewer.streaming("GET", path) as followed:
            async for event in followed:
                seen.events.append(event)
                if seen.text and not gate.opened.is_set():
                    assert TEXT.startswith(seen.text)
                    gate.open()
        assert seen.text == TEXT
        assert [e async for e in events][-1].event == "done"
        assert seen.done["outcome"] == "complete"


async def test_stop_ends_the_generation_and_the_text_does_not_grow_back(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        seen = Reply([await anext(events)])
        await gate.reached.wait()
        reply_path = f"/api/conversations/{conversation_id}/turns/{seen.turn['reply_id']}"
        assert (await person.post(f"{reply_path}/stop")).status_code == 202
        seen.events += [event async for event in events]
    await gateway.requests[0].cancelled.wait()
    assert seen.done["outcome"] == "stopped"
    saved = (await person.conversation(conversation_id))["messages"][-1]
    assert (saved["outcome"], saved["content"]) == ("stopped", seen.text)
    assert (await person.post(f"{reply_path}/stop")).status_code == 202


async def test_stop_before_the_first_token(person: Person, gateway: ScriptedGateway) -> None:
    gateway.script, _ = gated("only one piece")
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        seen = Reply([await anext(events)])
        path = f"/api/conversations/{conversation_id}/turns/{seen.turn['reply_id']}/stop"
        assert (await person.post(path)).status_code == 202
        seen.events += [event async for event in events]
    assert seen.done["outcome"] == "stopped"
    assert seen.text == ""
