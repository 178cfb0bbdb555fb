"""The requests that are sent to the gateway."""

from typing import Any

import httpx
import pytest

from shared.gateway.client import Gateway, gateway_http
from shared.gateway.completion import CompletionRequest, InvalidCompletion
from tests.gateway.transcript import QUESTION, completion, transcript
from tests.scripted_gateway import ScriptedGateway, livepeer, openai, redirect

KEY = "lp-secret-key-canary"


async def sent(
    scripted: ScriptedGateway, gateway: Gateway, request: CompletionRequest
) -> dict[str, Any]:
    scripted.script = livepeer.reply(["ok"])
    assert (await transcript(gateway, request)).finish
    body = (await scripted.request()).json
    assert isinstance(body, dict)
    return body


async def test_go_livepeer_gets_its_four_required_fields_and_no_others(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    assert await sent(scripted, gateway, completion("meta-llama/Llama", 64)) == {
        "model": "meta-llama/Llama",
        "messages": [{"role": "user", "content": QUESTION}],
        "max_tokens": 64,
        "stream": True,
    }
    request = await scripted.request()
    assert (request.method, request.path) == ("POST", "/llm")
    assert request.headers["content-type"] == "application/json"


async def test_openai_dialect_also_requests_the_usage(
    http: httpx.AsyncClient, scripted: ScriptedGateway
) -> None:
    body = await sent(scripted, Gateway(scripted.openai_url, http), completion())
    assert body["stream_options"] == {"include_usage": True}
    assert {"model", "messages", "max_tokens", "stream"} < body.keys()
    assert (await scripted.request()).path == "/v1/chat/completions"


async def test_temperature_and_top_p_are_sent_even_if_zero(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    request = CompletionRequest(
        "m", [{"role": "user", "content": "x"}], 5, temperature=0, top_p=0.9
    )
    body = await sent(scripted, gateway, request)
    assert (body["temperature"], body["top_p"]) == (0, 0.9)


async def test_text_arrives_unchanged(gateway: Gateway, scripted: ScriptedGateway) -> None:
    text = 'Zoë 🙂\n\r\t"quoted" \\ \u2028 \0 data: [DONE]\n\n<|eot_id|>'
    request = CompletionRequest("m", [{"role": "user", "content": text}], 5)
    body = await sent(scripted, gateway, request)
    assert body["messages"] == [{"role": "user", "content": text}]


async def test_key_goes_into_the_authorization_header(
    http: httpx.AsyncClient, scripted: ScriptedGateway
) -> None:
    await sent(scripted, Gateway(scripted.url, http, KEY), completion())
    assert (await scripted.request()).headers["authorization"] == f"Bearer {KEY}"


async def test_no_authorization_header_is_sent_without_a_key(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    await sent(scripted, gateway, completion())
    assert "authorization" not in (await scripted.request()).headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(
    http: httpx.AsyncClient, scripted: ScriptedGateway, status: int
) -> None:
    async with ScriptedGateway(openai.reply(["gotcha"])) as elsewhere:
        scripted.script = redirect(status, elsewhere.url)
        result = await transcript(Gateway(scripted.url, http, KEY))
        assert result.deltas == []
        assert elsewhere.requests == []
    assert elsewhere.origin not in str(result.error)


async def test_proxy_in_the_environment_is_ignored(
    scripted: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ScriptedGateway() as proxy:
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        async with gateway_http() as http:
            await sent(scripted, Gateway(scripted.url, http), completion())
        assert proxy.requests == []


USER = {"role": "user", "content": "x"}

INVALID: dict[str, dict[str, Any]] = {
    "no model": {"model": ""},
    "no message": {"messages": []},
    "tool role": {"messages": [{"role": "tool", "content": "x"}]},
    "function role": {"messages": [USER, {"role": "function", "content": "x"}]},
    "role in capitals": {"messages": [{"role": "User", "content": "x"}]},
    "content a list": {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
    "content null": {"messages": [{"role": "user", "content": None}]},
    "max_tokens zero": {"max_tokens": 0},
    "max_tokens negative": {"max_tokens": -1},
    "max_tokens true": {"max_tokens": True},
    "temperature below": {"temperature": -0.1},
    "temperature above": {"temperature": 2.1},
    "temperature NaN": {"temperature": float("nan")},
    "temperature infinite": {"temperature": float("inf")},
    "top_p above": {"top_p": 1.1},
}


@pytest.mark.parametrize("name", INVALID)
async def test_invalid_completion_is_never_sent(
    gateway: Gateway, scripted: ScriptedGateway, name: str
) -> None:
    values: dict[str, Any] = {"model": "m", "messages": [USER], "max_tokens": 5, **INVALID[name]}
    with pytest.raises(InvalidCompletion, match=r"\.$"):
        await transcript(gateway, CompletionRequest(**values))
    assert scripted.requests == []
    assert issubclass(InvalidCompletion, ValueError)
