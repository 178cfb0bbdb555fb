"""A conversation as a file."""

import json

import pytest
from ulid import ULID

from tests.api.client import Person
from tests.scripted_gateway.modes.mode import TEXT


@pytest.mark.parametrize("kind", ["md", "json"])
async def test_export_holds_the_messages_under_a_file_name(person: Person, kind: str) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}/export"
    answer = await person.get(path, params={"format": kind})
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    assert TEXT in (
        json.loads(answer.text)["messages"][1]["content"] if kind == "json" else answer.text
    )
