"""Requests that the local gateway refuses, or accepts and then fails."""

import socket
from typing import Any

import httpx
import pytest

from tests.local.gateway_client import MODEL, REQUEST, Connect


@pytest.mark.parametrize("field", ["model", "messages", "stream", "max_tokens"])
async def test_missing_field_is_400(gateway: Connect, field: str) -> None:
    async with gateway() as client:
        response = await client.post("/llm", json={k: v for k, v in REQUEST.items() if k != field})
    assert response.status_code == 400
    assert response.content == b'{"error":{"message":"missing required fields"}}'


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"model":1}'])
async def test_invalid_body_is_400(gateway: Connect, body: bytes) -> None:
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


@pytest.mark.parametrize(
    "broken",
    [
        {"temperature": 3},
        {"messages": [{"role": "tool", "content": "hi"}]},
        {"messages": [{"role": "user", "content": None}]},
        {"messages": [{"role": "user", "content": "word " * 9000}]},
    ],
)
async def test_request_that_the_runner_refuses_gets_an_empty_frame_and_a_broken_stream(
    gateway: Connect, broken: dict[str, Any]
) -> None:
    request = REQUEST | broken
    async with gateway() as client, client.stream("POST", "/llm", json=request) as response:
        assert response.status_code == 200
        parts = response.aiter_raw()
        assert (await anext(parts)).startswith(b'data: {"choices":null,')
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await anext(parts)


async def test_incomplete_request_does_not_block_others(gateway: Connect) -> None:
    async with gateway() as client:
        url = client.base_url
        with socket.create_connection((url.host, url.port or 0)) as half:
            half.sendall(b"POST /llm HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{")
            assert (await client.get("/llm")).status_code == 200
