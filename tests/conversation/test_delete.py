"""Deleting conversations."""

import httpx
from ulid import ULID

from tests.api.client import Person, Reply
from tests.conversation.rows import user_rows
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import PIECES
from tests.table.local_table import TestTable
from tests.turn.reply import gated


async def test_deleted_conversation_leaves_one_row_that_expires(
    person: Person, table: TestTable
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}"
    assert (await person.http.delete(path, headers=person.headers)).status_code == 204
    assert (await person.get(path)).status_code == 404
    assert (await person.get("/api/conversations")).json()["conversations"] == []
    (row,) = user_rows(table)
    assert "expires_at" in row
    answer = await person.post(
        f"{path}/turns",
        {"message": {"id": "7f0c1a52-5f8e-4be4-a6a4-0f6d2a3b9f10", "content": "Hi"}},
    )
    assert answer.status_code == 404
    assert len(user_rows(table)) == 1


async def test_all_conversations_of_one_user_are_deleted(
    person: Person, http: httpx.AsyncClient
) -> None:
    other = await Person.arrive(http)
    await other.send("Mine")
    for _ in range(3):
        await person.send("Hello")
    assert (await http.delete("/api/conversations", headers=person.headers)).status_code == 204
    assert (await person.get("/api/conversations")).json()["conversations"] == []
    assert len((await other.get("/api/conversations")).json()["conversations"]) == 1


async def test_deleting_stops_the_streaming_reply(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, _ = gated(*PIECES)
    conversation_id = str(ULID())
    path = f"/api/conversations/{conversation_id}"
    async with person.sending("Hello", conversation_id) as events:
        received = Reply([await anext(events)])
        reply_path = f"{path}/turns/{received.turn['reply_id']}"
        async with person.streaming("GET", f"{reply_path}/events") as followed:
            assert (await person.http.delete(path, headers=person.headers)).status_code == 204
            received.events += [event async for event in events]
            follower = Reply([event async for event in followed])
    await (await gateway.request()).cancelled.wait()
    assert received.done["outcome"] == follower.done["outcome"] == "stopped"
    (row,) = user_rows(table)
    assert "deleted_at" in row
    for action in ("continue", "regenerate", "stop"):
        assert (await person.post(f"{reply_path}/{action}")).status_code == 404
