"""A proxy in front of an AWS account that records the requested operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from local.http_server import Exchange, Server
from tests.deploy.answering import operation

_OWN = ("connection", "transfer-encoding", "content-length", "content-encoding", "date", "server")


@dataclass(frozen=True, slots=True)
class Recording:
    url: str
    operations: list[str] = field(default_factory=list)


@asynccontextmanager
async def recording(endpoint: str) -> AsyncIterator[Recording]:
    async with httpx.AsyncClient(base_url=endpoint, timeout=60) as http:
        operations: list[str] = []

        async def forward(exchange: Exchange) -> None:
            body = await exchange.body()
            operations.append(operation(exchange, body))
            answer = await http.request(
                exchange.method, exchange.target, headers=exchange.headers, content=body
            )
            headers = [each for each in answer.headers.multi_items() if each[0] not in _OWN]
            await exchange.answer(answer.status_code, answer.content, headers)

        async with Server().serving(forward) as server:
            yield Recording(server.url, operations)
