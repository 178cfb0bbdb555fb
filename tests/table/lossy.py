"""A proxy of DynamoDB that loses every other answer, after the table has done the work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from local.http_server import Exchange, Server

# The server sets these itself.
_FRAMING = {"connection", "content-length", "transfer-encoding"}


@asynccontextmanager
async def losing_answers(endpoint: str) -> AsyncIterator[str]:
    """Yields its URL. The first answer is lost, the second arrives, and so on."""
    lost = False

    async with httpx.AsyncClient(base_url=endpoint) as http:

        async def handle(exchange: Exchange) -> None:
            nonlocal lost
            body = await exchange.body()
            headers = [pair for pair in exchange.headers if pair[0] not in _FRAMING]
            answer = await http.post("/", content=body, headers=headers)
            lost = not lost
            if not lost:
                given = [
                    (name, value) for name, value in answer.headers.items() if name not in _FRAMING
                ]
                await exchange.answer(answer.status_code, answer.content, given)

        async with Server().serving(handle) as server:
            yield server.url
