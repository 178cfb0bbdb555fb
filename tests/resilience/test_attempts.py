"""A reply that one gateway does not begin is begun by another, and never begun twice."""

import time

import pytest
from ulid import ULID

from tests.api.visiting import visiting
from tests.conftest import TestTable
from tests.resilience.places import ANOTHER_MODEL, known, name, urls, warm
from tests.scripted_gateway import (
    MODES,
    Received,
    Script,
    ScriptedGateway,
    Wait,
    answer,
    before,
    by_model,
    in_turn,
)
from tests.scripted_gateway.livepeer import MODEL
from tests.scripted_gateway.modes.mode import TEXT

NORMAL = MODES["normal"].script
SILENT = MODES["silent"].script
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}

# A stall of a warm model is noticed soon, one of a cold model late.
IMPATIENT = {"FIRST_TOKEN_WARM_S": "0.4", "FIRST_TOKEN_COLD_S": "20"}


async def test_after_two_stalls_the_next_gateway_is_asked(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = SILENT
    await warm(table, gateway)
    both = urls(gateway, other)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both, **IMPATIENT) as person:
        reply = await person.send("Hello")
    assert (reply.text, reply.done["outcome"]) == (TEXT, "complete")
    assert (reply.done["attempts"], reply.done["gateway"]) == (3, name(other))
    assert (len(gateway.requests), len(other.requests)) == (2, 1)
    begun = {s["attempt"]: s["phase"] for s in reversed(reply.named("status"))}
    assert begun == {1: "connecting", 2: "retrying", 3: "failover"}


@pytest.mark.parametrize(
    "mode", ["closed", "reset", "503", "500", "502", "429-bare", "empty", "no-events",
             "error-frame", "object-error", "choices-null-first"],
)  # fmt: skip
async def test_what_may_pass_is_tried_again(
    gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = in_turn(MODES[mode].script, NORMAL)
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
        assert (reply.text, reply.done["outcome"], reply.done["attempts"]) == (TEXT, "complete", 2)
        gateway.script = in_turn(MODES[mode].script, NORMAL)
        chat = await person.post("/v1/chat/completions", {**HELLO, "model": MODEL})
        assert chat.json()["choices"][0]["message"]["content"] == TEXT
    assert len(gateway.requests) == 4


@pytest.mark.parametrize(
    "mode", ["400", "401", "403", "404", "405", "410", "302", "307", "html", "endless-line"]
)
async def test_what_will_not_pass_is_asked_for_once(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=urls(gateway, other)) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("error", 1)
    assert reply.done["error"]["code"] == "gateway_refused"
    assert (len(gateway.requests), len(other.requests)) == (1, 0)


@pytest.mark.parametrize(
    "mode", ["truncated", "fin", "rst", "stalled", "choices-null", "error-later", "comments-later"]
)
async def test_nothing_is_begun_again_once_a_token_was_delivered(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    both = urls(gateway, other)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both, IDLE_S="0.4") as person:
        reply = await person.send("Hello")
    assert reply.done["outcome"] in ("truncated", "error")
    assert reply.text
    assert reply.done["error"]["message"].endswith(("Continue it or try again.", "Try again."))
    assert (len(gateway.requests), len(other.requests)) == (1, 0)


async def test_a_gateway_s_short_pause_is_kept(gateway: ScriptedGateway, table: TestTable) -> None:
    asked: list[float] = []
    scripts = in_turn(answer(429, "slow down", headers=(("Retry-After", "2"),)), NORMAL)

    def noted(request: Received) -> Script:
        asked.append(time.monotonic())
        return scripts(request)

    gateway.script = noted
    async with visiting(gateway, table) as person:
        assert (await person.send("Hello")).done["outcome"] == "complete"
    assert asked[1] - asked[0] >= 2


async def test_a_gateway_s_long_pause_is_passed_on(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = answer(429, "slow down", headers=(("Retry-After", "120"),))
    async with visiting(gateway, table) as person:
        for path, body in (
            ("/api/chat", HELLO),
            ("/v1/chat/completions", {**HELLO, "model": MODEL}),
        ):
            refused = await person.post(path, body)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "120")
        reply = await person.send("Hello")
        assert "Wait a moment" in reply.done["error"]["message"]
        assert len(gateway.requests) == 3
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=urls(gateway, other)) as person:
        reply = await person.send("Hello")
        assert (reply.done["attempts"], reply.done["gateway"]) == (2, name(other))


async def test_the_last_attempt_waits_as_long_as_a_cold_model_takes(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = in_turn(SILENT, before(NORMAL, Wait(2)))
    await warm(table, gateway)
    async with visiting(gateway, table, **IMPATIENT) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 2)


async def test_the_last_attempt_is_the_last_that_will_be_made(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable
) -> None:
    """Behind it in the plan stands a gateway whose breaker is open."""
    gateway.script = in_turn(SILENT, before(NORMAL, Wait(2)))
    await warm(table, gateway)
    await known(table, other, seen="down", failures=5, open_until=time.time() + 60)
    both = urls(gateway, other)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both, **IMPATIENT) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 2)
    assert other.requests == []


async def test_a_cold_model_is_not_hurried(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = before(NORMAL, Wait(1.5))
    async with visiting(gateway, table, **IMPATIENT) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("complete", 1)


async def test_a_warm_fallback_model_answers_in_its_own_name(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = by_model({MODEL: MODES["503"].script, ANOTHER_MODEL: NORMAL})
    await warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table, FALLBACK_MODEL=ANOTHER_MODEL) as person:
        reply = await person.send("Hello")
        assert (reply.text, reply.done["model"]) == (TEXT, ANOTHER_MODEL)
        assert {chunk["model"] for chunk in reply.chunks} == {ANOTHER_MODEL}
        last = reply.named("status")[-1]
        assert (last["phase"], last["model"]) == ("failover", ANOTHER_MODEL)

        asked = {**HELLO, "model": MODEL}
        whole = await person.post("/v1/chat/completions", asked)
        assert whole.json()["model"] == ANOTHER_MODEL
        for path, body in (
            ("/v1/chat/completions", {**asked, "stream": True}),
            ("/api/chat", asked),
        ):
            streamed = await person.post(path, body)
            assert ANOTHER_MODEL in streamed.text
            assert MODEL not in streamed.text


@pytest.mark.parametrize("setting", ["", ANOTHER_MODEL])
async def test_no_other_model_answers_unless_it_is_warm_and_wanted(
    gateway: ScriptedGateway, table: TestTable, setting: str
) -> None:
    gateway.script = by_model({MODEL: MODES["503"].script, ANOTHER_MODEL: NORMAL})
    if not setting:
        await warm(table, gateway, ANOTHER_MODEL)
    async with visiting(gateway, table, FALLBACK_MODEL=setting) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["model"]) == ("error", MODEL)
    assert {request.model for request in gateway.requests} == {MODEL}


@pytest.mark.parametrize("way", ["regenerate", "continue"])
async def test_what_broke_off_goes_on_at_another_gateway(
    gateway: ScriptedGateway, other: ScriptedGateway, table: TestTable, way: str
) -> None:
    gateway.script = MODES["truncated"].script
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=urls(gateway, other)) as person:
        conversation_id = str(ULID())
        failed = await person.send("Hello", conversation_id)
        path = f"/api/conversations/{conversation_id}/turns/{failed.turn['reply_id']}/{way}"
        reply = await person.read("POST", path, {})
    assert (reply.done["gateway"], reply.done["attempts"]) == (name(other), 1)
