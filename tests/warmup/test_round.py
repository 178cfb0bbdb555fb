"""Which models a round of warm-up visits, and what it writes to the table."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.settings import Settings
from shared.table.table import Table
from shared.warmth.warmth import SAMPLES
from tests.scripted_gateway import MODES, Gate, Script, ScriptedGateway
from tests.warmth.rows import gateway_name
from tests.warmup.models import change, requested_models, visit_what_is_due, warmths

HOUR = 3600


async def test_visit_requests_one_streamed_token_of_every_model(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    visits = await visit_what_is_due(settings, rows)
    assert sorted(requested_models(gateway)) == sorted(visits) == ["one/model", "two/model"]
    bodies = [json.loads(request.body) for request in gateway.requests]
    assert {(body["max_tokens"], body["stream"]) for body in bodies} == {(1, True)}


async def test_visit_records_the_model_as_warm_with_its_first_token_time(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    visits = await visit_what_is_due(settings, rows)
    warmth = (await warmths(rows)).of("one/model", gateway_name(gateway))
    assert (warmth.state, warmth.error) == ("warm", "")
    assert list(warmth.first_tokens_ms) == [visits["one/model"].first_token_ms]
    assert warmth.to_json()["checked_at"]


async def test_second_round_skips_the_models_of_a_running_round(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    first = asyncio.create_task(visit_what_is_due(settings, rows))
    await gateway.request(2)
    second = await visit_what_is_due(settings, rows)
    gate.open()
    assert {visit.skipped for visit in second.values()} == {"busy"}
    assert not any(visit.skipped for visit in (await first).values())
    assert sorted(requested_models(gateway)) == ["one/model", "two/model"]


async def test_racing_rounds_visit_each_model_once(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    rounds = [asyncio.create_task(visit_what_is_due(settings, rows)) for _ in range(8)]
    await gateway.request(2)
    await asyncio.wait(rounds, timeout=2)
    gate.open()
    await asyncio.gather(*rounds)
    assert sorted(requested_models(gateway)) == ["one/model", "two/model"]


async def test_model_is_loading_during_its_visit(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    gate = Gate()
    gateway.script = Script((gate, *MODES["normal"].script.steps))
    visiting = asyncio.create_task(visit_what_is_due(settings, rows))
    await gateway.request(2)
    assert (await warmths(rows)).of("one/model", gateway_name(gateway)).state == "loading"
    gate.open()
    await visiting


async def test_silent_model_is_recorded_as_cold(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    gateway.script = MODES["silent"].script
    visits = await visit_what_is_due(settings, rows, patience_s=0.3)
    assert visits["one/model"].to_json()["failure"] == "GatewayUnavailable"
    assert (await warmths(rows)).of("one/model", gateway_name(gateway)).state == "cold"


@pytest.mark.parametrize("mode", ["503", "closed", "401"])
async def test_failing_model_is_recorded_as_down(
    settings: Settings, rows: Table, gateway: ScriptedGateway, mode: str
) -> None:
    gateway.script = MODES[mode].script
    visits = await visit_what_is_due(settings, rows)
    warmth = (await warmths(rows)).of("one/model", gateway_name(gateway))
    assert warmth.state == "down"
    assert warmth.error == visits["one/model"].to_json()["failure"]


async def test_model_in_use_is_not_visited(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    await visit_what_is_due(settings, rows)
    await change(rows, gateway, "one/model", token_at=-200, used_at=-200)
    await change(rows, gateway, "two/model", token_at=-20, used_at=-20)
    # Only the first would be unloaded before the next round.
    assert list(await visit_what_is_due(settings, rows)) == ["one/model"]


async def test_unused_model_is_visited_once_an_hour(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    settings = replace(settings, warm_idle_s=2 * HOUR)
    await visit_what_is_due(settings, rows)
    unused = {"token_at": -400, "created_at": -3 * HOUR}
    await change(rows, gateway, "one/model", **unused, visited_at=-400)
    await change(rows, gateway, "two/model", **unused, visited_at=-HOUR)
    assert list(await visit_what_is_due(settings, rows)) == ["two/model"]
    await change(rows, gateway, "one/model", used_at=-HOUR)
    await change(rows, gateway, "two/model", token_at=-20)
    assert list(await visit_what_is_due(settings, rows)) == ["one/model"]


async def test_daily_cap_is_exact(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    settings = replace(settings, warmups_per_day=3)
    await visit_what_is_due(settings, rows)
    for model in ("one/model", "two/model"):
        await change(rows, gateway, model, token_at=-400)
    visits = await visit_what_is_due(settings, rows)
    assert sorted(visit.skipped for visit in visits.values()) == ["", "capped"]
    assert len(gateway.requests) == 3
    # A capped visit holds no lease.
    states = [(await warmths(rows)).of(m, gateway_name(gateway)).state for m in visits]
    assert sorted(states) == ["cold", "warm"]


async def test_only_the_selected_models_are_visited(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    await visit_what_is_due(replace(settings, warmup_models=("two/model",)), rows)
    assert requested_models(gateway) == ["two/model"]


async def test_only_the_newest_fifty_samples_are_kept(
    settings: Settings, rows: Table, gateway: ScriptedGateway
) -> None:
    await visit_what_is_due(settings, rows)
    await change(
        rows, gateway, "one/model", first_tokens_ms=[*range(1, SAMPLES + 1)], token_at=-400
    )
    await visit_what_is_due(settings, rows)
    warmth = (await warmths(rows)).of("one/model", gateway_name(gateway))
    assert len(warmth.first_tokens_ms) == SAMPLES
    assert list(warmth.first_tokens_ms[:3]) == [2, 3, 4]
    warmth_json = warmth.to_json()
    assert warmth_json["first_token_ms"] <= warmth_json["first_token_p95_ms"]
