"""POST /api/chat, as in Livepeer's tutorial."""

import json
from uuid import uuid4

from ulid import ULID

from tests.api.client import Person
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.scripted_gateway.modes.mode import TEXT


def tutorial_reader(raw: bytes) -> str:
    """The reading loop of Livepeer's tutorial, in Python."""
    text = ""
    for line in raw.decode().split("\n"):
        if line.startswith("data: "):
            choices = json.loads(line.removeprefix("data: ")).get("choices") or [{}]
            text += choices[0].get("delta", {}).get("content") or ""
    return text


async def test_tutorial_reader_reads_the_same_text_from_both_streams(person: Person) -> None:
    chat = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hello"}]})
    assert chat.status_code == 200
    turn = await person.post(
        f"/api/conversations/{ULID()}/turns",
        {"message": {"id": str(uuid4()), "content": "Hello"}},
    )
    assert tutorial_reader(chat.content) == tutorial_reader(turn.content) == TEXT


async def test_stateless_chat_answers_502_if_the_gateway_refuses(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["401"].script
    answer = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status_code == 502
    assert "LIVEPEER_API_KEY_SECRET" in answer.json()["error"]["message"]
