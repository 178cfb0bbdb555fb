"""A warm fallback model answers when the chosen one cannot."""

import pytest

from tests.api.visiting import visiting
from tests.scripted_gateway import (
    MODES,
    ScriptedGateway,
    by_model,
)
from tests.scripted_gateway.livepeer import MODEL
from tests.scripted_gateway.modes.mode import TEXT
from tests.table.local_table import TestTable
from tests.warmth.rows import ANOTHER_MODEL, write_warm

NORMAL = MODES["normal"].script
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def test_reply_of_the_fallback_model_names_that_model(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = by_model({MODEL: MODES["503"].script, ANOTHER_MODEL: NORMAL})
    await write_warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table, FALLBACK_MODEL=ANOTHER_MODEL) as person:
        reply = await person.send("Hello")
        assert (reply.text, reply.done["model"]) == (TEXT, ANOTHER_MODEL)
        assert {chunk["model"] for chunk in reply.chunks} == {ANOTHER_MODEL}
        last = reply.named("status")[-1]
        assert (last["phase"], last["model"]) == ("failover", ANOTHER_MODEL)

        request = {**HELLO, "model": MODEL}
        completion = await person.post("/v1/chat/completions", request)
        assert completion.json()["model"] == ANOTHER_MODEL
        for path, body in (
            ("/v1/chat/completions", {**request, "stream": True}),
            ("/api/chat", request),
        ):
            streamed = await person.post(path, body)
            assert ANOTHER_MODEL in streamed.text
            assert MODEL not in streamed.text


@pytest.mark.parametrize("setting", ["", ANOTHER_MODEL])
async def test_fallback_model_is_not_used_unless_it_is_set_and_warm(
    gateway: ScriptedGateway, table: TestTable, setting: str
) -> None:
    gateway.script = by_model({MODEL: MODES["503"].script, ANOTHER_MODEL: NORMAL})
    if not setting:
        await write_warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table, FALLBACK_MODEL=setting) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["model"]) == ("error", MODEL)
    assert {request.model for request in gateway.requests} == {MODEL}
