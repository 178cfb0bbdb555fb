"""Lists of conversations and of messages, in pages."""

from ulid import ULID

from tests.api.client import Person


async def test_list_is_newest_first_in_pages_of_thirty(person: Person) -> None:
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


async def test_malformed_cursor_is_refused(person: Person) -> None:
    for cursor in ("x", "bnVsbA==", "WzEsMl0=", "\u00e9"):
        answer = await person.get("/api/conversations", params={"cursor": cursor})
        assert answer.status_code == 422, cursor


async def test_export_of_malformed_id_is_404_in_any_format(person: Person) -> None:
    response = await person.get("/api/conversations/x/export", params={"format": "x"})
    assert response.status_code == 404


async def test_conversation_of_120_messages_is_read_in_pages(person: Person) -> None:
    conversation_id = str(ULID())
    for number in range(60):
        await person.send(str(number), conversation_id)
    path = f"/api/conversations/{conversation_id}"
    questions: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await person.get(path, params={"cursor": cursor})).json()
        assert len(page["messages"]) <= 50
        questions = [m["content"] for m in page["messages"] if m["role"] == "user"] + questions
        cursor = page["cursor"]
    assert questions == [str(number) for number in range(60)]
