"""Alarms and dashboard use the metrics that the functions emit. A wrong name would stay empty."""

import json
import re
from typing import Any

import pytest

from chat.conversation.message import Message
from chat.limits.refused import count_refusal
from chat.turn.metrics import count_reply
from tests.sam.transformed import resources, transformed
from warmup.metrics import count_visit
from warmup.visit import Visit

Watched = tuple[str, frozenset[str]]


@pytest.fixture
def emitted(capsys: pytest.CaptureFixture[str]) -> set[Watched]:
    """Each metric and set of dimensions that CloudWatch reads from the log."""
    reply = Message(
        id="reply",
        key="reply",
        role="assistant",
        content="",
        status="complete",
        created_at="",
        outcome="complete",
        model="model",
        attempts=1,
        first_token_ms=5,
        usage={"total": 7},
    )
    count_reply(reply, cold=False, failovers=0, listed=True)
    count_refusal("token_budget_per_day")
    count_refusal("requests_per_minute")
    count_visit(Visit("model", "gateway", first_token_ms=5))
    return {
        (metric["Name"], frozenset(dimensions))
        for line in capsys.readouterr().out.splitlines()
        for found in json.loads(line)["_aws"]["CloudWatchMetrics"]
        for metric in found["Metrics"]
        for dimensions in found["Dimensions"]
        if found["Namespace"] == "LivepeerChat"
    }


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    stats = [
        each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each
    ]
    return [*stats, alarm] if "MetricName" in alarm else stats


def test_every_alarm_watches_a_metric_that_is_emitted(emitted: set[Watched]) -> None:
    watched = {
        (metric["MetricName"], frozenset(each["Name"] for each in metric["Dimensions"]))
        for alarm in resources("AWS::CloudWatch::Alarm")
        for metric in metrics(alarm)
        if metric["Namespace"] == "LivepeerChat"
    }
    assert len(watched) >= 5
    assert watched <= emitted


def test_the_dashboard_shows_every_emitted_metric_and_no_other(emitted: set[Watched]) -> None:
    shown = set(_searched() | _drawn())
    assert len(shown) >= 12
    assert shown <= emitted
    assert {name for name, _ in shown} == {name for name, _ in emitted}


def _searched() -> set[Watched]:
    return {
        (name, frozenset(dimensions.split(",")))
        for dimensions, name in re.findall(
            r"SEARCH\('\{LivepeerChat,([^}]+)\} MetricName=\\\"(\w+)", _dashboard()
        )
    }


def _drawn() -> set[Watched]:
    """Read the rows of the graphs. A dot repeats the value above it."""
    found: set[Watched] = set()
    for widget in json.loads(_dashboard())["widgets"]:
        above: list[str] = []
        for row in widget["properties"]["metrics"]:
            cells = [cell for cell in row if isinstance(cell, str)]
            if not cells:
                continue
            above = [above[at] if cell == "." else cell for at, cell in enumerate(cells)]
            namespace, name, *dimensions = above
            if namespace == "LivepeerChat":
                found.add((name, frozenset(dimensions[::2])))
    return found


def _dashboard() -> str:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard")
    body: str = dashboard["DashboardBody"]["Fn::Sub"][0]
    return body


def test_the_dashboards_prices_use_the_functions_memory() -> None:
    body = _dashboard()
    for function, word in (("ChatFunction", "chat"), ("WarmupFunction", "warm")):
        memory = transformed()["Resources"][function]["Properties"]["MemorySize"]
        (gigabytes,) = re.findall(rf"{word} / 1000 \* ([\d.]+)", body)
        assert float(gigabytes) * 1024 == memory
