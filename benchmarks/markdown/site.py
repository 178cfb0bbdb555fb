"""Serves the built page, and an API that streams answers at a fixed pace."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from local.http_server import Exchange, Server
from local.page import Page

ROOT = Path(__file__).parents[2]

_JSON = [("content-type", "application/json")]


class Site:
    """Every turn gets the tokens of `answer`, at `pace` tokens a second."""

    def __init__(self, pace: float) -> None:
        self._server = Server()
        self._page = Page(ROOT / "web" / "dist", self._server.url, [])
        self._pace = pace
        self.answer: Sequence[str] = ()

    @property
    def url(self) -> str:
        return self._server.url

    def serving(self) -> AbstractAsyncContextManager[Server]:
        return self._server.serving(self._handle)

    async def _handle(self, exchange: Exchange) -> None:
        if not exchange.path.startswith("/api/"):
            await self._page.handle(exchange)
            return
        await exchange.body()
        if exchange.path.endswith("/turns"):
            await self._turn(exchange)
        else:
            await exchange.answer(200, _document(exchange.path), _JSON)

    async def _turn(self, exchange: Exchange) -> None:
        await exchange.start(200, [("content-type", "text/event-stream")])
        conversation = exchange.path.split("/")[3]
        names = {"conversation_id": conversation, "message_id": "question", "reply_id": "reply"}
        await exchange.send(_event("turn", {**names, "title": "An answer"}))
        clock = asyncio.get_running_loop()
        begin, position = clock.time(), 0
        for number, token in enumerate(self.answer):
            await asyncio.sleep(begin + number / self._pace - clock.time())
            position += len(token)
            chunk = {"choices": [{"index": 0, "delta": {"content": token}}]}
            await exchange.send(f"id: {position}\ndata: {json.dumps(chunk)}\n\n".encode())
        end = {"outcome": "complete", "usage": None, "first_token_ms": 1, "model": "m"}
        await exchange.send(_event("done", end))
        await exchange.end()


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _document(path: str) -> bytes:
    documents: dict[str, Any] = {
        "/api/start": {
            "session": {"token": "token", "user_id": "anon-1", "expires_at": 4_000_000_000},
            "me": {"user_id": "anon-1", "signed_in": False, "budget": {}, "limits": {}},
            "default": "m",
            "models": [{"id": "m", "label": "M"}],
            "warming": None,
            "conversations": [],
            "cursor": None,
        }
    }
    return json.dumps(documents.get(path, {})).encode()
