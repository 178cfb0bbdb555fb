"""The list, and what is done to a whole conversation."""

import json
from typing import Any

import httpx
import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.server import connect
from tests.conftest import TestTable
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import TEXT


def rows(table: TestTable) -> list[dict[str, Any]]:
    """What belongs to users, without the counters and the models' warmth."""
    items = connect(table.endpoint).scan(TableName=table.name)["Items"]
    owned = [item for item in items if item["pk"]["S"].startswith("USER#")]
    return sorted(owned, key=lambda row: json.dumps(row, sort_keys=True))


async def test_the_list_is_newest_first_in_pages_of_thirty(person: Person) -> None:
    ids = [str(ULID()) for _ in range(32)]
    for conversation_id in ids:
        await person.send("Hello", conversation_id)
    first = (await person.get("/api/conversations")).json()
    assert len(first["conversations"]) == 30
    assert "messages" not in first["conversations"][0]
    second = (await person.get("/api/conversations", params={"cursor": first["cursor"]})).json()
    listed = [c["id"] for c in first["conversations"] + second["conversations"]]
    assert listed == ids[::-1]
    assert second["cursor"] is None


async def test_a_bad_cursor_is_refused(person: Person) -> None:
    for cursor in ("x", "bnVsbA==", "WzEsMl0=", "\u00e9"):
        answer = await person.get("/api/conversations", params={"cursor": cursor})
        assert answer.status_code == 422, cursor


async def test_rename_and_settings(person: Person) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    change = {"title": "  A title ", "system_prompt": "Be brief."}
    answer = await person.http.patch(
        f"/api/conversations/{conversation_id}", json=change, headers=person.headers
    )
    assert answer.json()["conversation"]["title"] == "A title"
    assert answer.json()["conversation"]["system_prompt"] == "Be brief."


async def test_a_conversation_keeps_the_system_prompt_it_began_with(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id, system_prompt="Be brief.")
    await person.send("And?", conversation_id, system_prompt="Be long.")
    conversation = (await person.conversation(conversation_id))["conversation"]
    assert conversation["system_prompt"] == "Be brief."
    asked = [request.json["messages"][0] for request in gateway.requests]
    assert asked == [{"role": "system", "content": "Be brief."}] * 2
    path = f"/api/conversations/{conversation_id}"
    change = {"system_prompt": ""}
    await person.http.patch(path, json=change, headers=person.headers)
    await person.send("And now?", conversation_id)
    assert gateway.requests[-1].json["messages"][0]["role"] == "user"


async def test_deleting_leaves_only_a_mark_that_expires(person: Person, table: TestTable) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}"
    assert (await person.http.delete(path, headers=person.headers)).status_code == 204
    assert (await person.get(path)).status_code == 404
    assert (await person.get("/api/conversations")).json()["conversations"] == []
    (mark,) = rows(table)
    assert "expires_at" in mark
    answer = await person.post(
        f"{path}/turns",
        {"message": {"id": "7f0c1a52-5f8e-4be4-a6a4-0f6d2a3b9f10", "content": "Hi"}},
    )
    assert answer.status_code == 404
    assert len(rows(table)) == 1


async def test_delete_all(person: Person, http: httpx.AsyncClient) -> None:
    other = await Person.arrive(http)
    await other.send("Mine")
    for _ in range(3):
        await person.send("Hello")
    assert (await http.delete("/api/conversations", headers=person.headers)).status_code == 204
    assert (await person.get("/api/conversations")).json()["conversations"] == []
    assert len((await other.get("/api/conversations")).json()["conversations"]) == 1


@pytest.mark.parametrize("kind", ["md", "json"])
async def test_export(person: Person, kind: str) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}/export"
    answer = await person.get(path, params={"format": kind})
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    assert TEXT in (
        json.loads(answer.text)["messages"][1]["content"] if kind == "json" else answer.text
    )


async def test_an_export_of_no_conversation_is_404_in_any_format(person: Person) -> None:
    answer = await person.get("/api/conversations/x/export", params={"format": "x"})
    assert answer.status_code == 404


async def test_a_conversation_of_120_messages_is_read_in_pages(person: Person) -> None:
    conversation_id = str(ULID())
    for number in range(60):
        await person.send(str(number), conversation_id)
    path = f"/api/conversations/{conversation_id}"
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await person.get(path, params={"cursor": cursor})).json()
        assert len(page["messages"]) <= 50
        seen = [m["content"] for m in page["messages"] if m["role"] == "user"] + seen
        cursor = page["cursor"]
    assert seen == [str(number) for number in range(60)]


async def test_a_and_b_see_nothing_of_each_other(
    person: Person, http: httpx.AsyncClient, table: TestTable
) -> None:
    conversation_id = str(ULID())
    reply_id = (await person.send("Secret", conversation_id)).turn["reply_id"]
    stranger = await Person.arrive(http)
    before = rows(table)
    base = "/api/conversations"
    routes = [
        ("GET", "{c}", None),
        ("PATCH", "{c}", {"title": "x"}),
        ("DELETE", "{c}", None),
        ("GET", "{c}/export", None),
        ("GET", "{c}/turns/{r}/events", None),
        ("POST", "{c}/turns/{r}/stop", None),
        ("POST", "{c}/turns/{r}/continue", None),
        ("POST", "{c}/turns/{r}/regenerate", None),
    ]
    odd = [str(ULID()), conversation_id.lower(), "x" * 2049, "0", f"{conversation_id}\uff11"]
    for method, path, body in routes:
        answers = set()
        for c in [conversation_id, *odd]:
            url = f"{base}/" + path.format(c=c, r=reply_id)
            answer = await http.request(method, url, json=body, headers=stranger.headers)
            answers.add((answer.status_code, answer.json()["error"]["code"]))
            assert "Secret" not in answer.text
        assert answers == {(404, "not_found")}, path
    assert rows(table) == before
