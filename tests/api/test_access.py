"""Requests that are refused: without a session, of another user, with a wrong method."""

import httpx
from ulid import ULID

from tests.api.bodies import ROUTES
from tests.api.client import Person
from tests.conversation.rows import user_rows
from tests.table.local_table import TestTable


async def test_unsupported_methods_are_405(person: Person) -> None:
    """HEAD is refused too, because it would take as long as the reply."""
    turns = f"/api/conversations/{ULID()}/turns"
    for method, path in (
        ("GET", turns),
        ("DELETE", f"{turns}/{ULID()}/stop"),
        ("POST", f"{turns}/{ULID()}/events"),
        ("HEAD", f"{turns}/{ULID()}/events"),
    ):
        answer = await person.http.request(method, path, headers=person.headers)
        assert answer.status_code == 405, (method, path)


async def test_every_route_requires_a_session(http: httpx.AsyncClient) -> None:
    routes = [
        *ROUTES[1:],
        ("GET", "/api/models"),
        ("GET", "/v1/models"),
        ("GET", "/api/conversations"),
    ]
    for method, path in routes:
        for token in (None, "Bearer", "Bearer x", "Bearer " + "x" * 10_000, "Basic x"):
            headers = {"authorization": token} if token else {}
            answer = await http.request(method, path, headers=headers)
            assert answer.status_code in (401, 400), (path, token)
            if answer.headers.get("content-type") == "application/json":
                assert answer.json()["error"]["code"] == "not_signed_in"


async def test_conversations_of_another_user_are_not_found(
    person: Person, http: httpx.AsyncClient, table: TestTable
) -> None:
    conversation_id = str(ULID())
    reply_id = (await person.send("Secret", conversation_id)).turn["reply_id"]
    stranger = await Person.arrive(http)
    before = user_rows(table)
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
    unknown_ids = [
        str(ULID()),
        conversation_id.lower(),
        "x" * 2049,
        "0",
        f"{conversation_id}\uff11",
    ]
    for method, path, body in routes:
        answers = set()
        for c in [conversation_id, *unknown_ids]:
            url = f"{base}/" + path.format(c=c, r=reply_id)
            answer = await http.request(method, url, json=body, headers=stranger.headers)
            answers.add((answer.status_code, answer.json()["error"]["code"]))
            assert "Secret" not in answer.text
        assert answers == {(404, "not_found")}, path
    assert user_rows(table) == before
