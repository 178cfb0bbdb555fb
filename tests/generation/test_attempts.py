"""Attempts: a failed one is followed by another, until the first token arrives."""

import time

import pytest
from ulid import ULID

from tests.api.visiting import visiting
from tests.generation.settings import SHORT_IF_WARM
from tests.scripted_gateway import (
    MODES,
    Received,
    Script,
    ScriptedGateway,
    answer,
    in_turn,
)
from tests.scripted_gateway.livepeer import MODEL
from tests.scripted_gateway.modes.mode import TEXT
from tests.table.local_table import TestTable
from tests.warmth.rows import gateway_name, gateway_urls, write_warm

NORMAL = MODES["normal"].script
SILENT = MODES["silent"].script
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


async def test_next_gateway_is_called_after_two_stalls(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script = SILENT
    await write_warm(table, gateway)
    both_urls = gateway_urls(gateway, second_gateway)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both_urls, **SHORT_IF_WARM) as person:
        reply = await person.send("Hello")
    assert (reply.text, reply.done["outcome"]) == (TEXT, "complete")
    assert (reply.done["attempts"], reply.done["gateway"]) == (3, gateway_name(second_gateway))
    assert (len(gateway.requests), len(second_gateway.requests)) == (2, 1)
    first_phases = {s["attempt"]: s["phase"] for s in reversed(reply.named("status"))}
    assert first_phases == {1: "connecting", 2: "retrying", 3: "failover"}


@pytest.mark.parametrize(
    "mode", ["closed", "reset", "503", "500", "502", "429-bare", "empty", "no-events",
             "error-frame", "object-error", "choices-null-first"],
)  # fmt: skip
async def test_temporary_failure_is_retried(
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
async def test_permanent_failure_is_not_retried(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(
        gateway, table, LIVEPEER_GATEWAY_URL=gateway_urls(gateway, second_gateway)
    ) as person:
        reply = await person.send("Hello")
    assert (reply.done["outcome"], reply.done["attempts"]) == ("error", 1)
    assert reply.done["error"]["code"] == "gateway_refused"
    assert (len(gateway.requests), len(second_gateway.requests)) == (1, 0)


@pytest.mark.parametrize(
    "mode", ["truncated", "fin", "rst", "stalled", "choices-null", "error-later", "comments-later"]
)
async def test_reply_is_not_retried_after_its_first_token(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable, mode: str
) -> None:
    gateway.script = MODES[mode].script
    both_urls = gateway_urls(gateway, second_gateway)
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=both_urls, IDLE_S="0.4") as person:
        reply = await person.send("Hello")
    assert reply.done["outcome"] in ("truncated", "error")
    assert reply.text
    assert reply.done["error"]["message"].endswith(("Continue it or try again.", "Try again."))
    assert (len(gateway.requests), len(second_gateway.requests)) == (1, 0)


async def test_short_retry_after_is_waited_for(gateway: ScriptedGateway, table: TestTable) -> None:
    request_times: list[float] = []
    scripts = in_turn(answer(429, "slow down", headers=(("Retry-After", "2"),)), NORMAL)

    def record_time(request: Received) -> Script:
        request_times.append(time.monotonic())
        return scripts(request)

    gateway.script = record_time
    async with visiting(gateway, table) as person:
        assert (await person.send("Hello")).done["outcome"] == "complete"
    assert request_times[1] - request_times[0] >= 2


async def test_long_retry_after_is_passed_on_or_skips_the_gateway(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable
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
    async with visiting(
        gateway, table, LIVEPEER_GATEWAY_URL=gateway_urls(gateway, second_gateway)
    ) as person:
        reply = await person.send("Hello")
        assert (reply.done["attempts"], reply.done["gateway"]) == (2, gateway_name(second_gateway))


@pytest.mark.parametrize("action", ["regenerate", "continue"])
async def test_truncated_reply_is_resumed_at_another_gateway(
    gateway: ScriptedGateway, second_gateway: ScriptedGateway, table: TestTable, action: str
) -> None:
    gateway.script = MODES["truncated"].script
    async with visiting(
        gateway, table, LIVEPEER_GATEWAY_URL=gateway_urls(gateway, second_gateway)
    ) as person:
        conversation_id = str(ULID())
        failed = await person.send("Hello", conversation_id)
        path = f"/api/conversations/{conversation_id}/turns/{failed.turn['reply_id']}/{action}"
        reply = await person.read("POST", path, {})
    assert (reply.done["gateway"], reply.done["attempts"]) == (gateway_name(second_gateway), 1)
