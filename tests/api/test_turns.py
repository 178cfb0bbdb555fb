"""One turn: what the browser reads, what the gateway was asked, what the table holds."""

import asyncio
import json
from uuid import uuid4

import httpx
import pytest
from ulid import ULID

from shared.settings import Settings
from tests.api.client import Person
from tests.api.server import connect, serving, settings_for
from tests.conftest import TestTable
from tests.scripted_gateway import MODES, Gate, Head, Script, ScriptedGateway, Send, livepeer
from tests.scripted_gateway.modes.mode import PIECES, TEXT


def gated(*pieces: str) -> tuple[Script, Gate]:
    """A reply that stops in the middle until the gate is opened."""
    gate = Gate()
    frames = livepeer.deltas(pieces)
    whole = livepeer.reply(pieces)
    sends = [step for step in whole.steps if isinstance(step, Send)]
    return Script((Head(), *sends[: len(frames) - 1], gate, *sends[len(frames) - 1 :])), gate


async def test_a_turn_streams_the_reply_and_ends_with_one_done(person: Person) -> None:
    reply = await person.send("Hello there")
    assert reply.events[0].event == "turn"
    assert reply.text == TEXT
    assert reply.done["outcome"] == "complete"
    assert reply.done["usage"]["completion"] > 0
    assert reply.last_id == str(len(TEXT))
    assert {c["choices"][0]["finish_reason"] for c in reply.chunks[:-1]} == {None}


async def test_the_turn_is_in_the_table_afterwards(person: Person, table: TestTable) -> None:
    conversation_id = str(ULID())
    reply = await person.send("Hello there", conversation_id)
    read = await person.conversation(conversation_id)
    assert [(m["role"], m["content"]) for m in read["messages"]] == [
        ("user", "Hello there"),
        ("assistant", TEXT),
    ]
    assert read["messages"][1]["status"] == "complete"
    assert read["conversation"]["title"] == "Hello there"
    rows = connect(table.endpoint).scan(TableName=table.name)["Items"]
    owned = [row for row in rows if row["pk"]["S"].startswith("USER#")]
    kinds = sorted(row["sk"]["S"].partition("#")[0] for row in owned)
    assert kinds == ["CONVERSATION", "MESSAGE", "MESSAGE", "SEND"]
    assert reply.turn["reply_id"] in {row["id"]["S"] for row in rows if "id" in row}


async def test_the_second_turn_carries_the_first_as_history(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    await person.send("One", conversation_id)
    await person.send("Two", conversation_id)
    body = json.loads((await gateway.request(2)).body)
    assert [m["content"] for m in body["messages"]] == ["One", TEXT, "Two"]
    assert isinstance(body["max_tokens"], int)


async def test_the_message_is_saved_and_the_first_events_sent_before_the_gateway_answers(
    person: Person, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        first = await anext(events)
        assert first.event == "turn"
        await gate.reached.wait()
        saved = (await person.conversation(conversation_id))["messages"]
        assert [m["status"] for m in saved] == ["complete", "streaming"]
        gate.open()
        assert [e async for e in events][-1].event == "done"


async def test_tokens_reach_the_browser_while_the_gateway_is_still_writing(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script, gate = gated(*PIECES)
    seen = ""
    async with person.sending("Hello") as events:
        async for event in events:
            if not event.event:
                seen += json.loads(event.data)["choices"][0]["delta"].get("content", "")
            if seen == "".join(PIECES[:-1]):
                gate.open()
    assert seen == TEXT


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_a_reply_is_finished_and_saved_when_the_browser_leaves(
    person: Person, gateway: ScriptedGateway, after: int
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        for _ in range(after):
            await anext(events)
    gate.open()
    reply = await settled(person, conversation_id)
    assert (reply["status"], reply["content"]) == ("complete", TEXT)


async def settled(person: Person, conversation_id: str) -> dict[str, str]:
    """The newest reply once no pump writes it any more."""
    while True:
        reply: dict[str, str] = (await person.conversation(conversation_id))["messages"][-1]
        if reply["status"] != "streaming":
            return reply
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [("truncated", "truncated"), ("empty", "error"), ("401", "error")],
)
async def test_a_failing_gateway_ends_in_an_outcome_that_says_what_to_do(
    person: Person, gateway: ScriptedGateway, mode: str, outcome: str
) -> None:
    gateway.script = MODES[mode].script
    conversation_id = str(ULID())
    reply = await person.send("Hello", conversation_id)
    assert reply.done["outcome"] == outcome
    assert reply.done["error"]["message"].endswith(".")
    saved = (await person.conversation(conversation_id))["messages"][-1]
    assert saved["content"] == reply.text
    assert saved["outcome"] == outcome


async def test_silence_is_filled_with_pings(table: TestTable, gateway: ScriptedGateway) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    settings = settings_for(gateway, table, HEARTBEAT_S="0.1")
    async with (
        serving(settings, table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        path = f"/api/conversations/{ULID()}/turns"
        body = {"message": {"id": str(uuid4()), "content": "Hello"}}
        raw = b""
        async with http.stream("POST", path, json=body, headers=person.headers) as response:
            assert response.headers["cache-control"] == "no-cache, no-transform"
            async for data in response.aiter_raw():
                raw += data
                if raw.count(b": ping\n\n") >= 3:
                    gate.open()
    assert b"event: done" in raw


async def test_history_is_trimmed_to_the_model_s_window(
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


def tutorial_reader(raw: bytes) -> str:
    """The loop of Livepeer's tutorial, in Python."""
    text = ""
    for line in raw.decode().split("\n"):
        if line.startswith("data: "):
            choices = json.loads(line.removeprefix("data: ")).get("choices") or [{}]
            text += choices[0].get("delta", {}).get("content") or ""
    return text


async def test_the_tutorial_s_reader_reads_both_streams_to_the_same_text(person: Person) -> None:
    chat = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hello"}]})
    assert chat.status_code == 200
    turn = await person.post(
        f"/api/conversations/{ULID()}/turns",
        {"message": {"id": str(uuid4()), "content": "Hello"}},
    )
    assert tutorial_reader(chat.content) == tutorial_reader(turn.content) == TEXT


async def test_the_stateless_chat_answers_a_refusal_with_a_status(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["401"].script
    answer = await person.post("/api/chat", {"messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status_code == 502
    assert "LIVEPEER_API_KEY_SECRET" in answer.json()["error"]["message"]


async def test_nothing_is_sent_upstream_when_the_table_is_unreachable(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gone = TestTable(table.name, "http://127.0.0.1:9")
    async with (
        serving(settings_for(gateway, table), gone) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        answer = await person.post(
            f"/api/conversations/{ULID()}/turns",
            {"message": {"id": str(uuid4()), "content": "Hello"}},
        )
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert gateway.requests == []


async def test_a_missing_gateway_is_named(table: TestTable) -> None:
    async with (
        serving(lambda: Settings.from_env({"TABLE_NAME": table.name}), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        answer = await http.post("/api/sessions")
    assert answer.status_code == 503
    assert "LIVEPEER_GATEWAY_URL" in answer.json()["error"]["message"]


async def test_nothing_is_saved_when_the_gateway_s_key_cannot_be_read(
    gateway: ScriptedGateway, table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")
    async with (
        serving(settings_for(gateway, table, LIVEPEER_API_KEY_SECRET="key"), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        answer = await person.post(
            f"/api/conversations/{ULID()}/turns",
            {"message": {"id": str(uuid4()), "content": "Hello"}},
        )
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_configured"
    assert connect(table.endpoint).scan(TableName=table.name)["Items"] == []
