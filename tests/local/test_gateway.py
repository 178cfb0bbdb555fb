"""The `/llm` adapter over the real SmolLM2, byte by byte."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest

from local import go_json
from local.cold_start import ColdStart
from local.gateway import LocalGateway
from local.http_server import Exchange, Server
from tests.local.polling import PATIENCE_S, until

MODEL = "Qwen/Qwen2.5-7B-Instruct"
OTHER = "google/gemma-2-9b-it"
REQUEST = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "Say hi."}],
    "stream": True,
    "max_tokens": 5,
    "temperature": 0,
}
FRAME = re.compile(
    rb'data: \{"choices":\[\{"delta":\{"content":(".*?"),"role":"assistant"\},'
    rb'"finish_reason":"(|stop)","index":0\}\],"created":\d{10},"id":"chatcmpl-[0-9a-f]+",'
    rb'"model":"Qwen/Qwen2\.5-7B-Instruct","usage":\{"completion_tokens":(\d+),'
    rb'"prompt_tokens":(\d+),"total_tokens":(\d+)\}\}\n\n'
)

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def gateway(model_url: str) -> Connect:
    @asynccontextmanager
    async def connected(
        cold_start: ColdStart | None = None, models: frozenset[str] = frozenset({MODEL, OTHER})
    ) -> AsyncIterator[httpx.AsyncClient]:
        adapter = LocalGateway(model_url, models, cold_start or ColdStart())
        async with (
            adapter.running(),
            Server().serving(adapter.handle) as server,
            httpx.AsyncClient(base_url=server.url, timeout=120, trust_env=False) as client,
        ):
            yield client

    return connected


async def idle(model_url: str) -> bool:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        slots = (await client.get(f"{model_url}/slots")).json()
    return not any(slot["is_processing"] for slot in slots)


async def test_every_byte_of_the_stream_is_as_go_livepeer_writes_it(gateway: Connect) -> None:
    async with gateway() as client:
        response = await client.post("/llm", json=REQUEST)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    frames = FRAME.findall(response.content)
    assert b"".join(match[0] for match in FRAME.finditer(response.content)) == response.content
    texts, finishes, completion, prompt, total = zip(*frames, strict=True)
    assert json.loads(texts[-1]) == ""
    assert all(json.loads(text) for text in texts[:-1])
    # "stop", though max_tokens cut it.
    assert finishes == (*[b""] * (len(frames) - 1), b"stop")
    counts = [int(count) for count in completion]
    assert counts == sorted(counts)
    assert counts[-1] == REQUEST["max_tokens"]
    assert len(set(prompt)) == 1
    assert int(prompt[0]) > 0
    assert int(total[-1]) == int(prompt[-1]) + counts[-1]


def test_json_is_escaped_as_go_does() -> None:
    assert go_json.dumps({"b": "<p> & é\u2028", "a": 1}) == (
        '{"a":1,"b":"\\u003cp\\u003e \\u0026 é\\u2028"}'.encode()
    )


@pytest.mark.parametrize("field", ["model", "messages", "stream", "max_tokens"])
async def test_missing_field_is_400(gateway: Connect, field: str) -> None:
    async with gateway() as client:
        response = await client.post("/llm", json={k: v for k, v in REQUEST.items() if k != field})
    assert response.status_code == 400
    assert response.content == b'{"error":{"message":"missing required fields"}}'


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"model":1}'])
async def test_body_that_is_no_request_is_400(gateway: Connect, body: bytes) -> None:
    async with gateway() as client:
        assert (await client.post("/llm", content=body)).status_code == 400


async def test_no_messages_is_400(gateway: Connect) -> None:
    async with gateway() as client:
        assert (await client.post("/llm", json=REQUEST | {"messages": []})).status_code == 400


@pytest.mark.parametrize("model", ["unknown", MODEL.lower()])
async def test_unknown_model_closes_without_a_response(gateway: Connect, model: str) -> None:
    async with gateway() as client:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            await client.post("/llm", json=REQUEST | {"model": model})


async def test_get_is_200_and_empty(gateway: Connect) -> None:
    async with gateway() as client:
        response = await client.get("/llm")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "broken",
    [
        {"temperature": 3},
        {"messages": [{"role": "tool", "content": "hi"}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "user", "content": "word " * 9000}]},
    ],
)
async def test_what_the_runner_refuses_is_an_empty_frame_and_a_broken_stream(
    gateway: Connect, broken: dict[str, Any]
) -> None:
    request = REQUEST | broken
    async with gateway() as client, client.stream("POST", "/llm", json=request) as response:
        assert response.status_code == 200
        parts = response.aiter_raw()
        assert (await anext(parts)).startswith(b'data: {"choices":null,')
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await anext(parts)


async def test_closing_the_connection_cancels_the_generation(
    gateway: Connect, model_url: str
) -> None:
    async with gateway() as client:
        # Left to itself it would write until its window is full.
        endless = REQUEST | {"max_tokens": 8000, "temperature": 1.5}
        async with client.stream("POST", "/llm", json=endless) as response:
            await anext(response.aiter_raw())
            assert not await idle(model_url)
        await until(lambda: idle(model_url))
        # The adapter is there for the next one.
        assert (await client.post("/llm", json=REQUEST)).status_code == 200


async def test_client_that_leaves_before_the_first_token_cancels_the_generation() -> None:
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def silent_model(exchange: Exchange) -> None:
        await exchange.body()
        asked.set()
        await exchange.client_left()
        cancelled.set()

    async with Server().serving(silent_model) as model:
        adapter = LocalGateway(model.url, frozenset({MODEL}), ColdStart())
        async with (
            adapter.running(),
            Server().serving(adapter.handle) as server,
            httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
        ):
            request = asyncio.create_task(client.post("/llm", json=REQUEST))
            async with asyncio.timeout(PATIENCE_S):
                await asked.wait()
                request.cancel()
                await cancelled.wait()


async def test_no_byte_comes_while_the_model_loads(gateway: Connect) -> None:
    loop = asyncio.get_running_loop()
    async with gateway(ColdStart(load_s=0.5)) as client:
        begun = loop.time()
        async with client.stream("POST", "/llm", json=REQUEST) as response:
            # Even the headers are late.
            assert loop.time() - begun >= 0.5
            await response.aread()


async def test_request_without_stream_is_one_json_document(gateway: Connect) -> None:
    async with gateway() as client:
        answer = (await client.post("/llm", json=REQUEST | {"stream": False})).json()
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert answer["choices"][0]["message"]["content"]
    assert answer["usage"]["completion_tokens"] == REQUEST["max_tokens"]


async def test_openai_dialect_ends_with_done_and_knows_length(gateway: Connect) -> None:
    async with gateway() as client:
        request = REQUEST | {"stream_options": {"include_usage": True}}
        response = await client.post("/v1/chat/completions", json=request)
    frames = response.text.strip().split("\n\n")
    assert frames[-1] == "data: [DONE]"
    assert json.loads(frames[-2][6:])["usage"]["completion_tokens"] == REQUEST["max_tokens"]
    assert json.loads(frames[-3][6:])["choices"][0]["finish_reason"] == "length"


async def test_two_requests_are_answered_at_once(gateway: Connect) -> None:
    async with gateway() as client:
        answers = await asyncio.gather(
            *(client.post("/llm", json=REQUEST | {"model": m}) for m in (MODEL, OTHER))
        )
    assert [f'"model":"{m}"' in a.text for m, a in zip((MODEL, OTHER), answers, strict=True)] == [
        True,
        True,
    ]


async def test_half_a_request_does_no_harm(gateway: Connect) -> None:
    async with gateway() as client:
        url = client.base_url
        with socket.create_connection((url.host, url.port or 0)) as half:
            half.sendall(b"POST /llm HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{")
            assert (await client.get("/llm")).status_code == 200
