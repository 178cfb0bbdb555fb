"""The result of every mode of the scripted gateway."""

import pytest

from shared.gateway.chunks import Usage
from shared.gateway.client import Gateway
from shared.gateway.errors import (
    GatewayError,
    GatewayRefused,
    GatewayUnavailable,
    ReplyInterrupted,
)
from tests.gateway.transcript import PATIENT, SHORT, transcript
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.scripted_gateway.modes.broken import HALF_TEXT
from tests.scripted_gateway.modes.framing import LONG, SEPARATORS
from tests.scripted_gateway.modes.mode import TEXT

# Mode: text, finish reason, completion tokens as counted by the gateway.
WHOLE: dict[str, tuple[str, str, int | None]] = {
    "normal": (TEXT, "stop", 7),
    "openai": (TEXT, "stop", 7),
    "slow": (TEXT, "stop", 7),
    "cold": (TEXT, "stop", 7),
    "reasoning": (TEXT, "stop", None),
    "older-livepeer": (TEXT, "stop", None),
    "balance": (TEXT, "stop", 7),
    "after-the-finish": (TEXT, "stop", 8),
    "finish-with-text": (TEXT, "stop", 7),
    "no-usage": (TEXT, "stop", None),
    "leaked-prefix": (TEXT, "stop", 9),
    "json": (TEXT, "stop", 2),
    "length": (TEXT, "length", 7),
    "tool-calls": (TEXT, "tool_calls", 7),
    "content-filter": (TEXT, "content_filter", 7),
    "done-alone": (TEXT, "stop", 7),
    "crlf": (TEXT, "stop", 7),
    "cr": (TEXT, "stop", 7),
    "bom": (TEXT, "stop", 7),
    "no-space": (TEXT, "stop", 7),
    "several-data-lines": (TEXT, "stop", 7),
    "comments": (TEXT, "stop", 7),
    "one-byte-pieces": (TEXT, "stop", 7),
    "done-unended": (TEXT, "stop", 7),
    "separators": (SEPARATORS, "stop", 1),
    "long-line": (LONG, "stop", 1),
    "close-delimited": (TEXT, "stop", 7),
    "content-length": (TEXT, "stop", 7),
}

UNAVAILABLE = {
    "closed": "No orchestrator serves this model",
    "reset": "No orchestrator serves this model",
    "empty": "empty reply",
    "no-events": "empty reply",
    "error-frame": "The gateway failed",
    "object-error": "The gateway failed",
    "choices-null-first": "The gateway failed",
    "429": "too many requests",
    "429-date": "too many requests",
    "429-bare": "too many requests",
    "500": "The gateway failed",
    "502": "The gateway failed",
    "503": "No orchestrator is free",
}

# The client's clocks end these.
SILENT = {
    "silent": "No token came in time",
    "head-only": "No token came in time",
    "comments-only": "No token came in time",
    "roles-only": "No token came in time",
}

REFUSED = {
    "html": "LIVEPEER_GATEWAY_URL",
    "endless-line": "LIVEPEER_GATEWAY_URL",
    "400": "Choose another model or start a new chat",
    "401": "LIVEPEER_API_KEY_SECRET",
    "403": "Check the key's rights",
    "404": "LIVEPEER_GATEWAY_URL",
    "405": "LIVEPEER_GATEWAY_URL",
    "410": "/v1/chat/completions",
    "302": "LIVEPEER_GATEWAY_URL",
    "307": "LIVEPEER_GATEWAY_URL",
}

# Mode: outcome. Each delivers HALF_TEXT first.
INTERRUPTED = {
    "truncated": "truncated",
    "finish-null": "truncated",
    "fin": "truncated",
    "rst": "truncated",
    "error-later": "error",
    "choices-null": "error",
    "finish-error": "error",
}

STALLED = {"stalled": "truncated", "comments-later": "truncated"}


def test_every_mode_has_an_expectation() -> None:
    expected = [*WHOLE, *UNAVAILABLE, *SILENT, *REFUSED, *INTERRUPTED, *STALLED]
    assert sorted(expected) == sorted(MODES)


@pytest.mark.parametrize("name", WHOLE)
async def test_complete_reply_is_delivered_with_its_reason_and_usage(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    text, reason, tokens = WHOLE[name]
    scripted.scale = 0.001
    scripted.script = MODES[name].script
    result = await transcript(gateway)
    assert result.text == text
    assert result.finish.reason == reason
    assert result.finish.usage == (None if tokens is None else Usage(20, tokens, 20 + tokens))


@pytest.mark.parametrize("name", UNAVAILABLE | SILENT)
async def test_failure_before_the_first_token_is_unavailable(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    result = await transcript(gateway, clocks=SHORT if name in SILENT else PATIENT)
    assert result.deltas == []
    assert type(result.error) is GatewayUnavailable
    assert (UNAVAILABLE | SILENT)[name] in str(result.error)


@pytest.mark.parametrize("name", REFUSED)
async def test_permanent_failure_is_refused(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    result = await transcript(gateway)
    assert result.deltas == []
    assert type(result.error) is GatewayRefused
    assert REFUSED[name] in str(result.error)


@pytest.mark.parametrize("name", INTERRUPTED | STALLED)
async def test_failure_after_the_first_token_is_an_interruption(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    result = await transcript(gateway, clocks=SHORT if name in STALLED else PATIENT)
    assert result.text == HALF_TEXT
    assert isinstance(result.error, ReplyInterrupted)
    assert result.error.outcome == (INTERRUPTED | STALLED)[name]
    assert "Continue it" in str(result.error)


@pytest.mark.parametrize(
    ("name", "least", "most"), [("429", 7, 7), ("429-date", 60, 120), ("429-bare", None, None)]
)
async def test_retry_after_is_kept_on_the_error(
    gateway: Gateway,
    scripted: ScriptedGateway,
    name: str,
    least: float | None,
    most: float | None,
) -> None:
    scripted.script = MODES[name].script
    error = (await transcript(gateway)).error
    assert isinstance(error, GatewayUnavailable)
    if error.retry_after is None or least is None or most is None:
        assert error.retry_after is least
    else:
        assert least <= error.retry_after <= most


@pytest.mark.parametrize("name", [name for name in MODES if name not in WHOLE])
async def test_message_holds_nothing_the_gateway_sent(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    scripted.script = MODES[name].script
    error = (await transcript(gateway, clocks=SHORT)).error
    assert isinstance(error, GatewayError)
    sent = ("CUDA", "nginx", "missing required", "Unauthorized", "Forbidden", "<h1>", "127.0.0.1")
    assert [word for word in sent if word in str(error)] == []
