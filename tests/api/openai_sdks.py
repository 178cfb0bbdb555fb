"""OpenAI's SDKs for Python and Node behind one interface."""

import asyncio
import json
from collections.abc import AsyncIterable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

from openai import APIError, APIStatusError, AsyncOpenAI

NODE_CLIENT = Path(__file__).parents[1] / "openai_node" / "client.mjs"


@dataclass(frozen=True, slots=True)
class SdkError:
    """The exception that a program catches."""

    kind: str
    status: int | None
    code: str | None
    param: str | None
    message: str


@dataclass(frozen=True, slots=True)
class SdkAnswer:
    """The value returned, or every value of the iterator returned, up to an error."""

    values: list[dict[str, Any]]
    error: SdkError | None

    @property
    def failure(self) -> SdkError:
        assert self.error, self.values
        return self.error

    @property
    def value(self) -> dict[str, Any]:
        assert self.error is None, self.error
        (value,) = self.values
        return value

    @property
    def text(self) -> str:
        deltas = [choice["delta"] for chunk in self.values for choice in chunk["choices"]]
        return "".join(delta.get("content") or "" for delta in deltas)


class Sdk(Protocol):
    async def call(self, method: str, argument: Any = None) -> SdkAnswer:
        """`argument` is a dictionary of parameters, or a single positional argument."""


@dataclass(frozen=True, slots=True)
class PythonSdk:
    base_url: str
    api_key: str

    async def call(self, method: str, argument: Any = None) -> SdkAnswer:
        values: list[dict[str, Any]] = []
        positional = [argument] if isinstance(argument, str) else []
        named = argument if isinstance(argument, dict) else {}
        async with AsyncOpenAI(
            base_url=self.base_url, api_key=self.api_key, max_retries=0
        ) as client:
            try:
                value = await attrgetter(method)(client)(*positional, **named)
                if isinstance(value, AsyncIterable):
                    async for each in value:
                        values.append(each.model_dump())
                else:
                    values.append(value.model_dump())
            except APIError as error:
                status = error.status_code if isinstance(error, APIStatusError) else None
                kind = type(error).__name__
                return SdkAnswer(
                    values, SdkError(kind, status, error.code, error.param, error.message)
                )
        return SdkAnswer(values, None)


@dataclass(frozen=True, slots=True)
class NodeSdk:
    base_url: str
    api_key: str

    async def call(self, method: str, argument: Any = None) -> SdkAnswer:
        call = {"baseURL": self.base_url, "apiKey": self.api_key, "method": method}
        process = await asyncio.create_subprocess_exec(
            "node", str(NODE_CLIENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate(json.dumps({**call, "arguments": argument}).encode())
        answer = json.loads(output)
        error = answer["error"] and SdkError(**answer["error"])
        return SdkAnswer(answer["values"], error)
