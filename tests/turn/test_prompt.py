"""The messages of a conversation that are sent to the model."""

import json
from uuid import uuid4

import httpx
from ulid import ULID

from tests.api.client import Person
from tests.api.server import serving, settings_for
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import TEXT
from tests.table.local_table import TestTable


async def test_second_turn_sends_the_first_as_history(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    await person.send("One", conversation_id)
    await person.send("Two", conversation_id)
    body = json.loads((await gateway.request(2)).body)
    assert [m["content"] for m in body["messages"]] == ["One", TEXT, "Two"]
    assert isinstance(body["max_tokens"], int)


async def test_history_is_trimmed_to_the_context_window(
    table: TestTable, gateway: ScriptedGateway
) -> None:
    models = json.dumps([{"id": "small", "context_window": 400}])
    settings = settings_for(gateway, table, LIVEPEER_MODELS=models, MAX_TOKENS="100")
    async with (
        serving(settings, table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        conversation_id = str(ULID())
        for number in range(5):
            await person.send(f"{number} " + "word " * 60, conversation_id)
        body = json.loads((await gateway.request(5)).body)
        assert body["messages"][-1]["content"].startswith("4")
        assert body["messages"][0]["role"] == "user"
        assert len(body["messages"]) < 9
        refused = await person.post(
            f"/api/conversations/{conversation_id}/turns",
            {"message": {"id": str(uuid4()), "content": "word " * 1000}},
        )
        assert refused.status_code == 422
        assert "too long" in refused.json()["error"]["message"]
