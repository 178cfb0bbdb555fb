"""The local gateway's `/llm` over the real SmolLM2, byte by byte."""

import asyncio
import json
import re

from local.cold_start import ColdStart
from tests.local.gateway_client import MODEL, OTHER, REQUEST, Connect

FRAME = re.compile(
    rb'data: \{"choices":\[\{"delta":\{"content":(".*?"),"role":"assistant"\},'
    rb'"finish_reason":"(|stop)","index":0\}\],"created":\d{10},"id":"chatcmpl-[0-9a-f]+",'
    rb'"model":"Qwen/Qwen2\.5-7B-Instruct","usage":\{"completion_tokens":(\d+),'
    rb'"prompt_tokens":(\d+),"total_tokens":(\d+)\}\}\n\n'
)


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
    # "stop", although max_tokens cut it.
    assert finishes == (*[b""] * (len(frames) - 1), b"stop")
    counts = [int(count) for count in completion]
    assert counts == sorted(counts)
    assert counts[-1] == REQUEST["max_tokens"]
    assert len(set(prompt)) == 1
    assert int(prompt[0]) > 0
    assert int(total[-1]) == int(prompt[-1]) + counts[-1]


async def test_get_is_200_and_empty(gateway: Connect) -> None:
    async with gateway() as client:
        response = await client.get("/llm")
    assert (response.status_code, response.content) == (200, b"")


async def test_no_byte_is_sent_while_the_model_loads(gateway: Connect) -> None:
    loop = asyncio.get_running_loop()
    async with gateway(ColdStart(load_s=0.5)) as client:
        begun = loop.time()
        async with client.stream("POST", "/llm", json=REQUEST) as response:
            # Even the headers wait.
            assert loop.time() - begun >= 0.5
            await response.aread()


async def test_request_without_stream_is_one_json_document(gateway: Connect) -> None:
    async with gateway() as client:
        answer = (await client.post("/llm", json=REQUEST | {"stream": False})).json()
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert answer["choices"][0]["message"]["content"]
    assert answer["usage"]["completion_tokens"] == REQUEST["max_tokens"]


async def test_openai_dialect_ends_with_done_and_reports_length(gateway: Connect) -> None:
    async with gateway() as client:
        request = REQUEST | {"stream_options": {"include_usage": True}}
        response = await client.post("/v1/chat/completions", json=request)
    frames = response.text.strip().split("\n\n")
    assert frames[-1] == "data: [DONE]"
    assert json.loads(frames[-2][6:])["usage"]["completion_tokens"] == REQUEST["max_tokens"]
    assert json.loads(frames[-3][6:])["choices"][0]["finish_reason"] == "length"


async def test_two_requests_are_answered_concurrently(gateway: Connect) -> None:
    async with gateway() as client:
        answers = await asyncio.gather(
            *(client.post("/llm", json=REQUEST | {"model": m}) for m in (MODEL, OTHER))
        )
    assert [f'"model":"{m}"' in a.text for m, a in zip((MODEL, OTHER), answers, strict=True)] == [
        True,
        True,
    ]
