"""The events for `sam local invoke`, through the emulator that SAM's containers use."""

import json
import sys
from collections.abc import AsyncIterator

import pytest

from tests.conftest import TestTable
from tests.sam.emulator import emulated, event
from tests.sam.project import FUNCTIONS
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.scripted_gateway.modes.mode import TEXT

BOOTSTRAP = str(FUNCTIONS / "chat" / "bootstrap")
# SAM's image starts the stock runtime.
STOCK = [sys.executable, "-m", "awslambdaric"]


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway(MODES["normal"].script) as gateway:
        yield gateway


@pytest.fixture
def environ(gateway: ScriptedGateway, table: TestTable) -> dict[str, str]:
    """Return events/env.json with this test's gateway and table."""
    return {
        **event("env.json")["ChatFunction"],
        "LIVEPEER_GATEWAY_URL": gateway.url,
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint,
        "TABLE_NAME": table.name,
    }


async def test_sam_local_answers_chat_and_health_buffered(environ: dict[str, str]) -> None:
    command = [BOOTSTRAP, *STOCK, "chat.app.handler"]
    async with emulated(command, {**environ, "AWS_SAM_LOCAL": "true"}) as emulator:
        health = json.loads(await emulator.invoke(event("health.json")))
        chat = json.loads(await emulator.invoke(event("chat.json")))
    assert (health["statusCode"], health["body"]) == (200, '{"status":"ok"}')
    assert chat["statusCode"] == 200
    assert chat["headers"]["content-type"].startswith("text/event-stream")
    assert chat["body"].startswith("event: turn\n")
    assert '"outcome":"complete"' in chat["body"]


async def test_the_streaming_runtime_sends_prelude_and_body(environ: dict[str, str]) -> None:
    async with emulated([BOOTSTRAP, *STOCK, "chat.app.handler"], environ) as emulator:
        answer = await emulator.invoke(event("chat.json"))
    prelude, _, body = answer.partition(bytes(8))
    assert json.loads(prelude)["statusCode"] == 200
    frames = [line for line in body.decode().splitlines() if line.startswith("data: ")]
    deltas = [json.loads(f[6:]).get("choices", [{}])[0].get("delta", {}) for f in frames]
    assert "".join(delta.get("content", "") for delta in deltas) == TEXT


async def test_sam_local_warms_every_model(
    environ: dict[str, str], gateway: ScriptedGateway
) -> None:
    async with emulated([*STOCK, "warmup.handler.handler"], environ) as emulator:
        answer = json.loads(await emulator.invoke(event("warmup.json")))
    assert len(answer["visits"]) == 4
    assert all(visit["first_token_ms"] is not None for visit in answer["visits"])
    assert {json.loads(request.body)["max_tokens"] for request in gateway.requests} == {1}
