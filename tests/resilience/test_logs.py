"""The log of the real function processes: no word of what people say, no secret."""

from pathlib import Path

import httpx
from ulid import ULID

from local.cloud import LocalCloud, Options
from tests.api.client import Person
from tests.scripted_gateway import MODES, ScriptedGateway, answer, in_turn, livepeer

PROMPT = "canary-prompt-5b1f"
ANSWER = "canary-answer-77aa"
KEY = "canary-key-c0de"
SECRET = "canary-session-secret-of-enough-length"
BODY = "canary-body-e2e2"


async def test_debug_logs_hold_no_text_no_token_and_no_key(tmp_path: Path) -> None:
    lines: list[str] = []
    async with ScriptedGateway() as gateway:
        settings = {
            "LIVEPEER_GATEWAY_URL": gateway.origin,
            "LIVEPEER_API_KEY": KEY,
            "SESSION_SECRET": SECRET,
            "LOG_LEVEL": "DEBUG",
            "FIRST_TOKEN_COLD_S": "1",
        }
        options = Options(state=tmp_path, settings=settings, warmup=False, echo=lines.append)
        async with (
            LocalCloud(options) as cloud,
            httpx.AsyncClient(base_url=cloud.function_url, timeout=60) as http,
        ):
            person = await Person.arrive(http)
            whole = livepeer.reply([ANSWER, " ", ANSWER])
            for script in (
                whole,
                livepeer.stream(*livepeer.deltas([ANSWER])),
                in_turn(answer(500, BODY), whole),
                answer(401, BODY),
                MODES["silent"].script,
            ):
                gateway.script = script
                await person.send(PROMPT)
                await person.post("/api/chat", {"messages": [{"role": "user", "content": PROMPT}]})
            await person.post(f"/api/conversations/{ULID()}/turns", {"message": PROMPT})
            await person.get(f"/api/conversations/{PROMPT}")
            assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"
    log = "\n".join(lines)
    assert "attempt failed" in log
    token = person.headers["authorization"].removeprefix("Bearer ")
    for secret in (PROMPT, ANSWER, KEY, SECRET, BODY, token):
        assert secret not in log
