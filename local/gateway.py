"""Speaks go-livepeer's `/llm` to the byte, in front of a small model on this machine."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import httpx

from local import go_json
from local.cold_start import ColdStart
from local.completion import Completion, runner_error
from local.http_server import Exchange
from local.llama_cpp import RunnerFailed, Token, stream_tokens

_REQUIRED = {"model": str, "messages": list, "stream": bool, "max_tokens": int}
_JSON = [("content-type", "application/json")]
_SSE = [("content-type", "text/event-stream"), ("cache-control", "no-cache")]
_ROLES = ("system", "user", "assistant")


class LocalGateway:
    """Serves the ids in `models`, all of them from the same small model."""

    def __init__(self, model_url: str, models: Collection[str], cold_start: ColdStart) -> None:
        self._model_url = model_url
        self._models = models
        self._cold_start = cold_start
        self._http = httpx.AsyncClient(timeout=httpx.Timeout(None), trust_env=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LocalGateway"]:
        try:
            yield self
        finally:
            await self._cold_start.close()
            await self._http.aclose()

    async def handle(self, exchange: Exchange) -> None:
        body = await exchange.body()
        if exchange.path == "/v1/chat/completions" and exchange.method == "POST":
            await _until_client_leaves(exchange, self._pass_on(exchange, body))
        elif exchange.path != "/llm":
            await exchange.answer(404, b"404 page not found\n")
        elif exchange.method != "POST":
            await exchange.answer(200)
        else:
            await self._complete(exchange, body)

    async def _complete(self, exchange: Exchange, body: bytes) -> None:
        request = _parse(body)
        if request is None:
            error = {"error": {"message": "missing required fields"}}
            await exchange.answer(400, go_json.dumps(error), _JSON)
        elif request["model"] in self._models:
            await _until_client_leaves(exchange, self._answer(exchange, request))
        # No orchestrator serves any other model: close without a response.

    async def _answer(self, exchange: Exchange, request: dict[str, Any]) -> None:
        if not _is_valid(request):
            return await _break_off(exchange)
        await self._cold_start.loaded(request["model"])
        async with aclosing(stream_tokens(self._http, self._model_url, request)) as tokens:
            answer = _stream if request["stream"] else _collect
            try:
                await answer(exchange, request["model"], tokens)
            except RunnerFailed:
                return await _break_off(exchange)
        self._cold_start.used(request["model"])
        return None

    async def _pass_on(self, exchange: Exchange, body: bytes) -> None:
        """Relay as is: llama.cpp speaks OpenAI's dialect itself."""
        url = f"{self._model_url}/v1/chat/completions"
        async with self._http.stream("POST", url, content=body, headers=_JSON) as response:
            kind = response.headers.get("content-type", "application/json")
            await exchange.start(response.status_code, [("content-type", kind)])
            async for part in response.aiter_raw():
                await exchange.send(part)
            await exchange.end()


async def _until_client_leaves(exchange: Exchange, work: Coroutine[Any, Any, None]) -> None:
    """Cancel the work, and with it the generation, when the client disconnects."""
    answering = asyncio.create_task(work)
    leaving = asyncio.create_task(exchange.client_left())
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            answering.result()
    finally:
        for task in (answering, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await task


async def _stream(exchange: Exchange, model: str, tokens: AsyncGenerator[Token, None]) -> None:
    completion = Completion(model)
    started = False
    async for token in tokens:
        if not started:
            # Even the headers wait for the first token.
            await exchange.start(200, _SSE)
            started = True
        await exchange.send(completion.chunk(token))
    await exchange.end()


async def _collect(exchange: Exchange, model: str, tokens: AsyncGenerator[Token, None]) -> None:
    text, last = "", Token("", 0, 0)
    async for token in tokens:
        text, last = text + token.text, token
    await exchange.answer(200, Completion(model).document(text, last), _JSON)


async def _break_off(exchange: Exchange) -> None:
    """Answer as the gateway does when its runner fails: an empty frame, then nothing."""
    await exchange.start(200, _SSE)
    await exchange.send(runner_error())


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        request = json.loads(body)
    except ValueError:
        return None
    if not isinstance(request, dict):
        return None
    typed = all(type(request.get(name)) is kind for name, kind in _REQUIRED.items())
    return request if typed and request["messages"] else None


def _is_valid(request: dict[str, Any]) -> bool:
    """Return False for what the gateway accepts but its runner refuses."""
    return 0 <= request.get("temperature", 0) <= 2 and all(
        isinstance(message, dict)
        and message.get("role") in _ROLES
        and isinstance(message.get("content"), str)
        for message in request["messages"]
    )
