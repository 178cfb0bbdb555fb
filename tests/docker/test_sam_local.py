"""`make invoke` runs both functions in containers, with `sam local invoke`.

Needs a Docker engine, so only `make test-sam` runs it. SAM_IMAGE names an image to use instead of
AWS's, such as one built by image.sh.
"""

import asyncio
import json
from typing import Any

from tests.docker.conftest import Invoking
from tests.scripted_gateway.modes.mode import TEXT


async def invoke(invoking: Invoking, function: str, event: str) -> dict[str, Any]:
    process = invoking(function, event)
    output, errors = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0, errors
    answer: dict[str, Any] = json.loads(output)
    return answer


async def test_health_is_answered(invoking: Invoking) -> None:
    answer = await invoke(invoking, "ChatFunction", "health.json")
    assert (answer["statusCode"], answer["body"]) == (200, '{"status":"ok"}')


async def test_a_turn_reaches_gateway_and_table_and_is_buffered(invoking: Invoking) -> None:
    answer = await invoke(invoking, "ChatFunction", "chat.json")
    assert answer["statusCode"] == 200
    assert answer["body"].startswith("event: turn\n")
    assert '"outcome":"complete"' in answer["body"]
    frames = [line[6:] for line in answer["body"].split("\n") if line.startswith("data: ")]
    choices = [choice for frame in frames for choice in json.loads(frame).get("choices", ())]
    assert "".join(choice["delta"].get("content", "") for choice in choices) == TEXT


async def test_every_model_is_warmed_with_one_token(invoking: Invoking) -> None:
    answer = await invoke(invoking, "WarmupFunction", "warmup.json")
    assert [visit["failure"] for visit in answer["visits"]] == [None] * 4
    bodies = [json.loads(request.body) for request in invoking.gateway.requests]
    assert [body["max_tokens"] for body in bodies] == [1] * 4
