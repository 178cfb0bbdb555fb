"""A canary in all input appears in no log line, no metric and no error.

The routes are read from the app, so the test covers new ones.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ulid import ULID

from local.cloud import LocalCloud, Options
from shared.log import FIELDS
from tests.api.client import Person
from tests.api.openapi_document import openapi_document
from tests.local.polling import until
from tests.scripted_gateway import Script, ScriptedGateway, answer, in_turn, json_answer, livepeer
from tests.scripted_gateway.livepeer import MODEL
from tests.warmth.rows import ANOTHER_MODEL

CANARY = "canary7f3a"
KEY = f"{CANARY}-gateway-key"
SECRET = f"{CANARY}-session-secret-of-enough-length"
# The client's address. Loopback is all of 127.0.0.0/8.
ADDRESS = "127.0.0.77"
# The only input that is logged, if it has a valid form.
REQUEST_ID = "a-client-request"
METRIC_FIELDS = {
    "_aws",
    "service",
    "outcome",
    "model",
    "Replies",
    "Retries",
    "Failovers",
    "ColdStartsMet",
    "Tokens",
    "FirstTokenMs",
    "BudgetRefusals",
    "RateRefusals",
    "WarmupVisits",
    "WarmupFailures",
    "WarmupFirstTokenMs",
}
BODIES: tuple[Any, ...] = (
    {},
    {CANARY: CANARY},
    {"title": CANARY, "system_prompt": CANARY},
    {"model": CANARY},
    {"token": CANARY},
    {"message": {"id": str(uuid4()), "content": CANARY}},
    {"message": {"id": CANARY, "content": CANARY}},
    {"message": {"id": str(uuid4()), "content": CANARY}, "model": CANARY},
    {"messages": [{"role": "user", "content": CANARY}], "model": MODEL},
    {"messages": [{"role": CANARY, "content": CANARY}], "stream": True},
    f'{{"{CANARY}": NaN',
    CANARY,
)
HEADERS = {
    "user-agent": CANARY,
    "cookie": f"session={CANARY}",
    "origin": f"https://{CANARY}.example",
    "referer": f"https://{CANARY}.example",
    "x-forwarded-for": CANARY,
    "last-event-id": CANARY,
    "x-request-id": REQUEST_ID,
}
BROKEN: tuple[Script, ...] = (
    answer(401, CANARY, headers=(("WWW-Authenticate", CANARY),)),
    answer(404, CANARY),
    answer(429, CANARY, headers=(("Retry-After", CANARY),)),
    answer(500, CANARY),
    answer(200, f"<html>{CANARY}</html>", "text/html"),
    json_answer(200, {"error": {"message": CANARY, "code": CANARY}}),
    livepeer.stream(f'data: {{"error":{{"message":"{CANARY}"}}}}\n\n'.encode()),
    livepeer.stream(f'data: {{"choices":null,"{CANARY}":"{CANARY}"}}\n\n'.encode()),
    livepeer.stream(f"data: {CANARY}\n\n".encode()),
    livepeer.stream(*livepeer.deltas([CANARY])),
)


class Canaries:
    """The system with canaries in its input and settings, and all of its output."""

    def __init__(self, cloud: LocalCloud, gateway: ScriptedGateway, http: httpx.AsyncClient):
        self.gateway = gateway
        self.http = http
        self.url = cloud.function_url
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.statuses: set[int] = set()
        self.token = ""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> None:
        content = body if isinstance(body, str | None) else json.dumps(body)
        kind = {} if body is None else {"content-type": "application/json"}
        response = await self.http.request(
            method, path, content=content, headers={**HEADERS, **kind, **headers}
        )
        self.statuses.add(response.status_code)
        if response.is_error:
            self.errors.append(f"{response.headers} {response.text}")
        for data in response.text.split("\n"):
            if data.startswith("data: {") and '"outcome"' in data:
                self.errors.append(json.dumps(json.loads(data[6:]).get("error")))

    async def visited(self) -> bool:
        return any('"model visited"' in line for line in self.lines)

    def records(self) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [record for record in found if isinstance(record, dict)]


@pytest.fixture
async def canaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Canaries]:
    # The terminal shortens lines and omits metrics. CloudWatch gets all of them.
    monkeypatch.setattr("local.cloud.prefixed", lambda _, echo: echo)
    lines: list[str] = []
    async with ScriptedGateway(livepeer.reply([CANARY, " ", CANARY])) as gateway:
        settings = {
            "LIVEPEER_GATEWAY_URL": gateway.origin,
            "LIVEPEER_API_KEY": KEY,
            "SESSION_SECRET": SECRET,
            "SYSTEM_PROMPT": CANARY,
            "LOG_LEVEL": "DEBUG",
            "REQUESTS_PER_MINUTE": "0",
            "FIRST_TOKEN_COLD_S": "1",
        }
        options = Options(state=tmp_path, settings=settings, warmup=False, echo=lines.append)
        transport = httpx.AsyncHTTPTransport(local_address=ADDRESS)
        async with (
            LocalCloud(options) as cloud,
            httpx.AsyncClient(base_url=cloud.function_url, timeout=60, transport=transport) as http,
        ):
            canaries = Canaries(cloud, gateway, http)
            canaries.lines = lines
            yield canaries


def routes() -> list[tuple[str, str]]:
    paths = openapi_document()["paths"]
    found = [(method.upper(), path) for path in paths for method in paths[path]]
    # DELETE comes last, because the other routes need the conversation.
    return sorted(found, key=lambda route: route[0] == "DELETE")


async def test_content_of_users_and_gateways_is_in_no_log_metric_or_error(
    canaries: Canaries,
) -> None:
    person = await Person.arrive(canaries.http)
    token = person.headers["authorization"].removeprefix("Bearer ")
    conversation = str(ULID())
    reply = (await person.send(CANARY, conversation)).turn["reply_id"]
    canaries.gateway.script = answer(500, CANARY)
    await canaries.ask("POST", "/api/models/warm", {"model": ANOTHER_MODEL}, **person.headers)
    await until(canaries.visited)
    canaries.gateway.script = livepeer.reply([CANARY, " ", CANARY])
    path_parameters = (
        {"conversation_id": conversation, "reply_id": reply, "model_id": MODEL},
        {"conversation_id": CANARY, "reply_id": CANARY, "model_id": CANARY},
    )
    for method, path in routes():
        for parameters in path_parameters:
            url = f"{path.format(**parameters)}?cursor={CANARY}&q={CANARY}&after=0"
            await canaries.ask(method, url, authorization=f"Bearer {CANARY}")
            await canaries.ask(method, url, authorization=f"Bearer {token[:-4]}{CANARY}")
            for body in BODIES if method in ("POST", "PATCH") else (None,):
                await canaries.ask(method, url, body, **person.headers)
    for broken in BROKEN:
        canaries.gateway.script = in_turn(broken, broken, livepeer.reply([CANARY]))
        message = {"message": {"id": str(uuid4()), "content": CANARY}}
        chat = {"messages": [{"role": "user", "content": CANARY}]}
        await canaries.ask("POST", f"/api/conversations/{ULID()}/turns", message, **person.headers)
        await canaries.ask("POST", "/api/chat", chat, **person.headers)

    assert canaries.statuses >= {200, 202, 400, 401, 404, 422}
    # The log holds the lines that could leak.
    found = {(record.get("message"), record.get("error")) for record in canaries.records()}
    for error in ("GatewayRefused", "GatewayUnavailable", "ReplyInterrupted"):
        assert ("attempt failed", error) in found
    assert any("_aws" in record for record in canaries.records())
    failed = [each for each in canaries.records() if each.get("message") == "attempt failed"]
    assert {each.get("request_id") for each in failed} == {REQUEST_ID}
    log, errors = "\n".join(canaries.lines), "\n".join(canaries.errors)
    for planted in (CANARY, token, ADDRESS):
        assert planted not in log
        assert planted not in errors
    for record in canaries.records():
        assert record.keys() <= (METRIC_FIELDS if "_aws" in record else FIELDS)
