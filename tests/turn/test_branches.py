"""Continue, regenerate and edit, which make a conversation a tree."""

import json
from uuid import uuid4

from ulid import ULID

from tests.api.client import Person
from tests.scripted_gateway import MODES, ScriptedGateway, livepeer
from tests.scripted_gateway.modes.mode import TEXT


async def test_truncated_reply_is_continued_where_it_ended(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["truncated"].script
    conversation_id = str(ULID())
    first = await person.send("Hello", conversation_id)
    assert first.done["outcome"] == "truncated"
    gateway.script = livepeer.reply([" and", " the rest"])
    path = f"/api/conversations/{conversation_id}/turns/{first.turn['reply_id']}/continue"
    more = await person.read("POST", path)
    assert more.text == " and the rest"
    assert more.done["outcome"] == "complete"
    assert more.last_id == str(len(first.text + more.text))
    saved = (await person.conversation(conversation_id))["messages"]
    assert [m["content"] for m in saved] == ["Hello", first.text + " and the rest"]
    sent = json.loads((await gateway.request(2)).body)["messages"]
    assert sent[-1] == {"role": "assistant", "content": first.text}
    assert (await person.post(path)).status_code == 409


async def test_regenerated_reply_is_a_sibling(person: Person, gateway: ScriptedGateway) -> None:
    conversation_id = str(ULID())
    first = await person.send("Hello", conversation_id)
    gateway.script = livepeer.reply(["Another", " answer"])
    path = f"/api/conversations/{conversation_id}/turns/{first.turn['reply_id']}/regenerate"
    other = await person.read("POST", path)
    assert other.text == "Another answer"
    read = await person.conversation(conversation_id)
    question, *replies = read["messages"]
    assert [r["content"] for r in replies] == [TEXT, "Another answer"]
    assert {r["parent_id"] for r in replies} == {question["id"]}
    assert read["conversation"]["head"] == other.turn["reply_id"]
    sent = json.loads((await gateway.request(2)).body)["messages"]
    assert sent == [{"role": "user", "content": "Hello"}]


async def test_edited_message_starts_a_branch_without_the_replaced_messages(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    first = await person.send("First", conversation_id)
    await person.send("Second", conversation_id)
    await person.send("Second, edited", conversation_id, parent_id=first.turn["reply_id"])
    await person.send("First, edited", conversation_id, parent_id=None)
    sent = [json.loads(request.body)["messages"] for request in gateway.requests]
    assert [m["content"] for m in sent[2]] == ["First", TEXT, "Second, edited"]
    assert [m["content"] for m in sent[3]] == ["First, edited"]


async def test_earlier_branch_can_be_selected_again(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    first = await person.send("First", conversation_id)
    await person.send("First, edited", conversation_id, parent_id=None)
    path = f"/api/conversations/{conversation_id}"
    changed = await person.http.patch(
        path, json={"head": first.turn["reply_id"]}, headers=person.headers
    )
    assert changed.json()["conversation"]["head"] == first.turn["reply_id"]
    await person.send("Next", conversation_id)
    sent = json.loads((await gateway.request(3)).body)["messages"]
    assert [m["content"] for m in sent] == ["First", TEXT, "Next"]


async def test_unknown_parent_is_not_found(person: Person) -> None:
    answer = await person.post(
        f"/api/conversations/{ULID()}/turns",
        {"message": {"id": str(uuid4()), "content": "Hi"}, "parent_id": str(ULID())},
    )
    assert answer.status_code == 404
