"""Tokens from llama.cpp's server, with the counts so far."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx

_PARAMETERS = ("messages", "max_tokens", "temperature", "top_p", "top_k")


class RunnerFailed(Exception):
    """llama.cpp refused the request."""


@dataclass(frozen=True, slots=True)
class Token:
    """The last token of a completion has an empty `text`."""

    text: str
    prompt_tokens: int
    completion_tokens: int


async def stream_tokens(
    http: httpx.AsyncClient, url: str, request: dict[str, Any]
) -> AsyncGenerator[Token, None]:
    """Use with `contextlib.aclosing`: closing cancels the generation. Raises RunnerFailed."""
    body = {name: request[name] for name in _PARAMETERS if name in request}
    body |= {"stream": True, "timings_per_token": True, "stream_options": {"include_usage": True}}
    async with http.stream("POST", f"{url}/v1/chat/completions", json=body) as response:
        if response.status_code != 200:
            raise RunnerFailed((await response.aread()).decode())
        async for frame in _frames(response):
            if token := _token(frame):
                yield token


async def _frames(response: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    # `aiter_lines` would also split at characters other than line feeds.
    rest = b""
    async for part in response.aiter_bytes():
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                yield json.loads(line[6:])


def _token(frame: dict[str, Any]) -> Token | None:
    if usage := frame.get("usage"):
        return Token("", usage["prompt_tokens"], usage["completion_tokens"])
    if "timings" not in frame:
        return None
    timings = frame["timings"]
    text = frame["choices"][0]["delta"].get("content") or ""
    prompt = timings["cache_n"] + timings["prompt_n"]
    return Token(text, prompt, timings["predicted_n"]) if text else None
