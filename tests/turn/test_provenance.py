"""The origin of a reply, in its `done` event and in its row."""

import pytest
from ulid import ULID

from chat.conversation.message import PROVENANCE
from tests.api.visiting import visiting
from tests.scripted_gateway import MODES, ScriptedGateway, in_turn
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable
from tests.warmth.rows import gateway_name

HELLO = {"messages": [{"role": "user", "content": "Hello"}], "model": MODEL}
REQUEST_ID = "a-client-request-42"


@pytest.mark.parametrize("mode", ["normal", "truncated", "503"])
async def test_done_event_and_row_hold_the_same_provenance(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = in_turn(MODES["503"].script, MODES[mode].script)
    async with visiting(gateway, table) as person:
        conversation_id = str(ULID())
        reply = await person.send("Hello", conversation_id)
        saved = (await person.conversation(conversation_id))["messages"][-1]
        again = await person.read(
            "GET", f"/api/conversations/{conversation_id}/turns/{reply.turn['reply_id']}/events"
        )
    done = {field: reply.done.get(field) for field in PROVENANCE}
    assert done == {field: saved[field] for field in PROVENANCE}
    assert done == {field: again.done.get(field) for field in PROVENANCE}
    assert (done["gateway"], done["model"], done["attempts"]) == (gateway_name(gateway), MODEL, 2)
    assert done["usage"]["total"] == done["usage"]["prompt"] + done["usage"]["completion"] > 0
    assert (done["first_token_ms"] is None) is (mode == "503")
    assert done["request_id"]


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
async def test_request_id_is_passed_through_every_hop(
    gateway: ScriptedGateway, table: TestTable, path: str
) -> None:
    async with visiting(gateway, table) as person:
        person.headers["x-request-id"] = REQUEST_ID
        answer = await person.post(path, HELLO)
        assert answer.headers["x-request-id"] == REQUEST_ID
        assert (await gateway.request(1)).headers["x-request-id"] == REQUEST_ID

        conversation_id = str(ULID())
        reply = await person.send("Hello", conversation_id)
        assert reply.done["request_id"] == REQUEST_ID
        assert (await gateway.request(2)).headers["x-request-id"] == REQUEST_ID
        saved = (await person.conversation(conversation_id))["messages"][-1]
        assert saved["request_id"] == REQUEST_ID


@pytest.mark.parametrize("forged", ["", "short", "x" * 65, "with space here", "a/b/c/d/e/f/g"])
async def test_invalid_request_id_is_replaced(
    gateway: ScriptedGateway, table: TestTable, forged: str
) -> None:
    async with visiting(gateway, table) as person:
        person.headers["x-request-id"] = forged
        answer = await person.post("/api/chat", HELLO)
        request_id = answer.headers["x-request-id"]
        assert request_id != forged
        assert len(request_id) == 36
        assert (await gateway.request()).headers["x-request-id"] == request_id
