"""The error messages for gateway failures: one or two sentences that say what to do."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.api.server import SESSION_SECRET, serving
from tests.api.visiting import newcomer, visiting
from tests.certificates import self_signed_server
from tests.scripted_gateway import MODES, ScriptedGateway, answer
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable

HELLO = {"messages": [{"role": "user", "content": "Hello"}], "model": MODEL}
BODY = "the gateway's own words: secret-host-17 <b>oops</b>"

# A helpful message tells people to do one of these.
ADVICE = re.compile(r"\b(Check|Set|Try|Wait|Choose|Correct|choose)\b")


def assert_helps(error: dict[str, Any], code: str, hint: str) -> None:
    message = error["message"]
    assert error["code"] == code
    assert hint in message
    assert ADVICE.search(message)
    assert message[0].isupper()
    assert message.endswith(".")
    assert len(message) < 250
    assert not any(word in message for word in ("secret-host-17", "oops", "Error", "Traceback"))


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (400, "gateway_refused", "rejected the request"),
        (401, "gateway_refused", "LIVEPEER_API_KEY_SECRET"),
        (403, "gateway_refused", "key"),
        (404, "gateway_refused", "LIVEPEER_GATEWAY_URL"),
        (405, "gateway_refused", "LIVEPEER_GATEWAY_URL"),
        (410, "gateway_refused", "/v1/chat/completions"),
        (418, "gateway_refused", "rejected the request"),
        (422, "gateway_refused", "rejected the request"),
        (429, "gateway_unavailable", "too many requests"),
        (500, "gateway_unavailable", "Try again"),
        (502, "gateway_unavailable", "Try again"),
        (503, "gateway_unavailable", "No orchestrator"),
        (504, "gateway_unavailable", "Try again"),
    ],
)
async def test_error_status_is_explained_without_the_gateway_body(
    gateway: ScriptedGateway, table: TestTable, status: int, code: str, hint: str
) -> None:
    gateway.script = answer(status, BODY)
    async with visiting(gateway, table) as person:
        reply = await person.send("Hello")
        assert_helps(reply.done["error"], code, hint)
        response = await person.post("/v1/chat/completions", HELLO)
        assert response.status_code == (502 if code == "gateway_refused" else 503)
        assert_helps(response.json()["error"], code, hint)
        assert "secret-host-17" not in response.text


@pytest.mark.parametrize(
    ("mode", "code", "hint"),
    [
        ("empty", "gateway_unavailable", "empty reply"),
        ("html", "gateway_refused", "does not answer like an LLM gateway"),
        ("closed", "gateway_unavailable", "No orchestrator serves"),
        ("reset", "gateway_unavailable", "No orchestrator serves"),
        ("silent", "gateway_unavailable", "No token came in time"),
        ("comments-only", "gateway_unavailable", "No token came in time"),
        ("307", "gateway_refused", "redirects"),
        ("error-frame", "gateway_unavailable", "Try again"),
    ],
)
async def test_gateway_answer_that_is_no_reply_is_explained(
    gateway: ScriptedGateway, table: TestTable, mode: str, code: str, hint: str
) -> None:
    gateway.script = MODES[mode].script
    async with visiting(gateway, table, FIRST_TOKEN_COLD_S="0.3") as person:
        reply = await person.send("Hello")
    assert_helps(reply.done["error"], code, hint)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "code", "hint"),
    [
        ("http://gateway.invalid", "gateway_unavailable", "host name cannot be found"),
        (f"http://127.0.0.1:{unused_port()}", "gateway_unavailable", "cannot be reached"),
    ],
    # The port differs between the processes of a run, which must agree on the test ids.
    ids=["no host", "no listener"],
)
async def test_unreachable_gateway_is_explained(
    gateway: ScriptedGateway, table: TestTable, url: str, code: str, hint: str
) -> None:
    async with visiting(gateway, table, LIVEPEER_GATEWAY_URL=url) as person:
        reply = await person.send("Hello")
    assert_helps(reply.done["error"], code, hint)
    assert "LIVEPEER_GATEWAY_URL" in reply.done["error"]["message"]


async def test_self_signed_certificate_is_explained(
    gateway: ScriptedGateway, table: TestTable, tmp_path: Path
) -> None:
    async with (
        self_signed_server(tmp_path) as url,
        visiting(gateway, table, LIVEPEER_GATEWAY_URL=url) as person,
    ):
        reply = await person.send("Hello")
    assert_helps(reply.done["error"], "gateway_refused", "TLS certificate")
    assert reply.done["attempts"] == 1


@pytest.mark.parametrize("url", ["", " , ", "gateway", "ftp://gateway", "http://", "http://[::1"])
async def test_malformed_gateway_url_is_explained(table: TestTable, url: str) -> None:
    variables = {
        "LIVEPEER_GATEWAY_URL": url,
        "TABLE_NAME": table.name,
        "SESSION_SECRET": SESSION_SECRET,
    }
    async with (
        serving(lambda: Settings.from_env(variables), table) as base_url,
        httpx.AsyncClient(base_url=base_url) as http,
    ):
        response = await newcomer(http).post("/api/chat", HELLO)
    assert response.status_code == 503
    assert_helps(response.json()["error"], "not_configured", "LIVEPEER_GATEWAY_URL")


async def test_error_holds_a_code_and_a_message(gateway: ScriptedGateway, table: TestTable) -> None:
    gateway.script = MODES["503"].script
    async with visiting(gateway, table) as person:
        response = await person.post("/api/chat", HELLO)
    assert set(json.loads(response.content)) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}
