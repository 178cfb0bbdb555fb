"""`/v1`, called by OpenAI's SDKs."""

from typing import Any

import httpx
import pytest

from shared.models import DEFAULT_MODELS
from tests.api.client import Person
from tests.api.openai_sdks import NodeSdk, PythonSdk, Sdk
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.scripted_gateway.modes.broken import HALF_TEXT
from tests.scripted_gateway.modes.mode import PIECES, TEXT

MODEL = DEFAULT_MODELS[1].id
COMPLETE = "chat.completions.create"
HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture(params=[PythonSdk, NodeSdk])
def sdk_class(request: pytest.FixtureRequest) -> type[PythonSdk] | type[NodeSdk]:
    kind: type[PythonSdk] | type[NodeSdk] = request.param
    return kind


@pytest.fixture
def sdk(sdk_class: type[PythonSdk] | type[NodeSdk], person: Person) -> Sdk:
    token = person.headers["authorization"].removeprefix("Bearer ")
    return sdk_class(f"{person.http.base_url}/v1", token)


def parameters_of(messages: object = None, **parameters: Any) -> dict[str, Any]:
    return {"model": MODEL, "messages": HELLO if messages is None else messages, **parameters}


async def test_models_are_listed_and_retrieved_by_id(sdk: Sdk) -> None:
    listed = await sdk.call("models.list")
    assert [model["id"] for model in listed.values] == [model.id for model in DEFAULT_MODELS]
    found = await sdk.call("models.retrieve", MODEL)
    assert found.value["id"] == MODEL
    missing = await sdk.call("models.retrieve", "unknown/model")
    assert (missing.failure.kind, missing.failure.code) == ("NotFoundError", "model_not_found")


async def test_completion_is_one_document(sdk: Sdk, gateway: ScriptedGateway) -> None:
    answer = (
        await sdk.call(COMPLETE, parameters_of(temperature=1, top_p=0.5, max_tokens=50))
    ).value
    (choice,) = answer["choices"]
    assert choice["message"]["content"] == TEXT
    assert (choice["message"]["role"], choice["finish_reason"]) == ("assistant", "stop")
    assert answer["model"] == MODEL
    assert answer["usage"]["completion_tokens"] == len(PIECES)
    sent = (await gateway.request()).json
    assert (sent["model"], sent["max_tokens"]) == (MODEL, 50)
    assert (sent["temperature"], sent["top_p"]) == (1, 0.5)


async def test_streamed_completion_is_chunks_that_end_with_stop(sdk: Sdk) -> None:
    answer = await sdk.call(COMPLETE, parameters_of(stream=True))
    assert answer.error is None
    assert answer.text == TEXT
    choices = [chunk["choices"][0] for chunk in answer.values]
    assert choices[0]["delta"]["role"] == "assistant"
    assert [choice["finish_reason"] for choice in choices] == [None] * len(PIECES) + ["stop"]
    assert len({chunk["id"] for chunk in answer.values}) == 1


async def test_streamed_usage_is_the_last_chunk_if_include_usage_is_set(sdk: Sdk) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    answer = await sdk.call(COMPLETE, parameters_of(**options))
    assert answer.text == TEXT
    assert answer.values[-1]["choices"] == []
    assert answer.values[-1]["usage"]["total_tokens"] > len(PIECES)


async def test_every_kind_of_message_reaches_the_model(sdk: Sdk, gateway: ScriptedGateway) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {
            "role": "user",
            "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "1"}],
        },
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "Two", "name": "someone"},
    ]
    answer = await sdk.call(COMPLETE, parameters_of(messages, max_completion_tokens=9, stream=None))
    assert answer.value["choices"][0]["message"]["content"] == TEXT
    sent = (await gateway.request()).json
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief.\n\nBe kind."},
        {"role": "user", "content": "One1\n\nTwo"},
    ]
    assert sent["max_tokens"] == 9


@pytest.mark.parametrize(
    ("parameters", "kind", "status", "code", "param"),
    [
        ({"model": "gpt-4o"}, "NotFoundError", 404, "model_not_found", "model"),
        ({"messages": []}, "BadRequestError", 400, "invalid_request", "messages"),
        ({"temperature": 3}, "BadRequestError", 400, "invalid_request", "temperature"),
        (
            {"messages": [{"role": "user", "content": "word " * 9000}]},
            "BadRequestError",
            400,
            "invalid_request",
            None,
        ),
    ],
)
async def test_invalid_completions_are_refused_before_the_gateway_is_called(
    sdk: Sdk,
    gateway: ScriptedGateway,
    parameters: dict[str, Any],
    kind: str,
    status: int,
    code: str,
    param: str | None,
) -> None:
    for stream in (False, True):
        failure = (
            await sdk.call(COMPLETE, parameters_of(**{"stream": stream, **parameters}))
        ).failure
        assert (failure.kind, failure.status, failure.code) == (kind, status, code)
        assert failure.param == param
    assert gateway.requests == []


async def test_wrong_key_is_an_authentication_error(
    sdk_class: type[PythonSdk] | type[NodeSdk], http: httpx.AsyncClient
) -> None:
    sdk = sdk_class(f"{http.base_url}/v1", "sk-wrong")
    failure = (await sdk.call(COMPLETE, parameters_of())).failure
    assert (failure.kind, failure.status) == ("AuthenticationError", 401)
    assert "POST /api/sessions" in failure.message


async def test_unsupported_endpoint_is_not_found(sdk: Sdk) -> None:
    failure = (await sdk.call("embeddings.create", {"model": MODEL, "input": "x"})).failure
    assert (failure.kind, failure.status, failure.code) == ("NotFoundError", 404, "not_found")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("mode", "status"), [("503", 503), ("closed", 503), ("401", 502)])
async def test_gateway_failure_before_the_first_token_is_an_error_status(
    sdk: Sdk, gateway: ScriptedGateway, mode: str, status: int, stream: bool
) -> None:
    gateway.script = MODES[mode].script
    failure = (await sdk.call(COMPLETE, parameters_of(stream=stream))).failure
    assert (failure.kind, failure.status) == ("InternalServerError", status)
    assert failure.message.endswith(".")


@pytest.mark.parametrize("mode", ["truncated", "rst", "error-later"])
async def test_interrupted_stream_delivers_its_text_and_then_an_error(
    sdk: Sdk, gateway: ScriptedGateway, mode: str
) -> None:
    gateway.script = MODES[mode].script
    streamed = await sdk.call(COMPLETE, parameters_of(stream=True))
    assert streamed.text == HALF_TEXT
    assert (streamed.failure.kind, streamed.failure.status) == ("APIError", None)
    completion = await sdk.call(COMPLETE, parameters_of())
    assert (completion.values, completion.failure.kind) == ([], "InternalServerError")


async def test_sdk_is_told_to_retry_only_temporary_failures(
    person: Person, gateway: ScriptedGateway
) -> None:
    """Both SDKs obey `x-should-retry`, which OpenAI's servers send."""
    for mode, header in (("401", "false"), ("503", None)):
        gateway.script = MODES[mode].script
        answer = await person.post("/v1/chat/completions", parameters_of())
        assert answer.headers.get("x-should-retry") == header
