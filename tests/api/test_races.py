"""Two things done to one conversation at once."""

import asyncio

import pytest
from ulid import ULID

from tests.api.client import Person, Reply
from tests.api.test_conversations import rows
from tests.api.test_turns import gated, settled
from tests.conftest import TestTable
from tests.scripted_gateway import MODES, ScriptedGateway, livepeer
from tests.scripted_gateway.modes.broken import HALF_TEXT
from tests.scripted_gateway.modes.mode import PIECES


async def test_deleting_ends_the_reply_that_is_being_written(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, _ = gated(*PIECES)
    conversation_id = str(ULID())
    path = f"/api/conversations/{conversation_id}"
    async with person.sending("Hello", conversation_id) as events:
        seen = Reply([await anext(events)])
        reply_path = f"{path}/turns/{seen.turn['reply_id']}"
        async with person.streaming("GET", f"{reply_path}/events") as followed:
            assert (await person.http.delete(path, headers=person.headers)).status_code == 204
            seen.events += [event async for event in events]
            follower = Reply([event async for event in followed])
    await (await gateway.request()).cancelled.wait()
    assert seen.done["outcome"] == follower.done["outcome"] == "stopped"
    (mark,) = rows(table)
    assert "deleted_at" in mark
    for action in ("continue", "regenerate", "stop"):
        assert (await person.post(f"{reply_path}/{action}")).status_code == 404


async def test_a_reply_is_continued_once_however_many_ask_at_once(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["truncated"].script
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    gateway.script = livepeer.reply([" and", " the rest"])
    path = f"/api/conversations/{conversation_id}/turns/{reply_id}/continue"
    answers = await asyncio.gather(*(person.post(path) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(gateway.requests) == 2
    assert (await settled(person, conversation_id))["content"] == f"{HALF_TEXT} and the rest"


async def test_regenerating_while_a_reply_is_written_leaves_both_whole(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        seen = Reply([await anext(events)])
        await gate.reached.wait()
        gateway.script = livepeer.reply(["Another"])
        path = f"/api/conversations/{conversation_id}/turns/{seen.turn['reply_id']}/regenerate"
        others = await asyncio.gather(*(person.read("POST", path) for _ in range(4)))
        gate.open()
        seen.events += [event async for event in events]
    _, *replies = (await person.conversation(conversation_id))["messages"]
    assert {reply["id"]: reply["content"] for reply in replies} == {
        reply.turn["reply_id"]: reply.text for reply in (seen, *others)
    }
    assert {reply["outcome"] for reply in replies} == {"complete"}


@pytest.mark.parametrize("again", range(12))
async def test_a_stop_that_races_the_end_leaves_what_was_told(
    person: Person, gateway: ScriptedGateway, again: int
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        seen = Reply([await anext(events)])
        path = f"/api/conversations/{conversation_id}/turns/{seen.turn['reply_id']}/stop"
        await gate.reached.wait()
        stopping = asyncio.create_task(person.post(path))
        # The stop is seen with the next save, about a second after this.
        await asyncio.sleep(again * 0.1)
        gate.open()
        seen.events += [event async for event in events]
        assert (await stopping).status_code == 202
    reply = await settled(person, conversation_id)
    assert (reply["content"], reply["outcome"]) == (seen.text, seen.done["outcome"])
    assert seen.done["outcome"] in ("complete", "stopped")


async def test_changing_a_conversation_while_messages_are_sent_fails_neither(
    person: Person,
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}"

    async def rename(number: int) -> int:
        answer = await person.http.patch(
            path, json={"title": f"Title {number}"}, headers=person.headers
        )
        return answer.status_code

    renamed = asyncio.gather(*(rename(number) for number in range(40)))
    replies = await asyncio.gather(
        *(person.send(str(number), conversation_id) for number in range(20))
    )
    assert set(await renamed) == {200}
    assert {reply.done["outcome"] for reply in replies} == {"complete"}
