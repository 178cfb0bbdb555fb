"""A client of the API that acts as a person's browser."""

import json
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
from ulid import ULID

from shared.gateway.sse import EventDecoder, ServerSentEvent


@dataclass(slots=True)
class Reply:
    """The events of one stream, in order."""

    events: list[ServerSentEvent] = field(default_factory=list)

    @classmethod
    async def of(cls, pieces: AsyncIterable[bytes]) -> Self:
        return cls([event async for event in _events(pieces)])

    def named(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(event.data) for event in self.events if event.event == name]

    @property
    def turn(self) -> dict[str, Any]:
        return self.named("turn")[0]

    @property
    def done(self) -> dict[str, Any]:
        """The data of `done`, which must be the last event and the only one of its name."""
        (done,) = self.named("done")
        assert self.events[-1].event == "done"
        return done

    @property
    def chunks(self) -> list[dict[str, Any]]:
        return [json.loads(event.data) for event in self.events if not event.event]

    @property
    def text(self) -> str:
        return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in self.chunks)

    @property
    def last_id(self) -> str:
        return next((event.id for event in reversed(self.events) if event.id), "0")


class Person:
    """One user with a session."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.headers = {"authorization": f"Bearer {token}"}

    @classmethod
    async def arrive(cls, http: httpx.AsyncClient) -> Self:
        answer = await http.post("/api/sessions")
        assert answer.status_code == 200, answer.text
        return cls(http, answer.json()["token"])

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, headers=self.headers, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.http.post(path, json=body, headers=self.headers, **options)

    async def send(
        self, text: str, conversation_id: str = "", message_id: str = "", **options: Any
    ) -> Reply:
        """Send a message and read the stream to its end."""
        async with self.sending(text, conversation_id, message_id, **options) as events:
            return Reply([event async for event in events])

    @asynccontextmanager
    async def sending(
        self, text: str, conversation_id: str = "", message_id: str = "", **options: Any
    ) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
        """Send a message. Leaving the context closes the stream."""
        path = f"/api/conversations/{conversation_id or ULID()}/turns"
        message = {"id": message_id or str(uuid4()), "content": text}
        async with self.streaming("POST", path, {"message": message, **options}) as events:
            yield events

    async def read(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        async with self.streaming(method, path, body, **headers) as events:
            return Reply([event async for event in events])

    @asynccontextmanager
    async def streaming(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.stream(
            method, path, json=body, headers=self.headers | named
        ) as response:
            if response.status_code != 200:
                await response.aread()
            assert response.status_code == 200, response.text
            yield _events(response.aiter_bytes())

    async def conversation(self, conversation_id: str) -> dict[str, Any]:
        answer = await self.get(f"/api/conversations/{conversation_id}")
        assert answer.status_code == 200, answer.text
        conversation: dict[str, Any] = answer.json()
        return conversation


async def _events(pieces: AsyncIterable[bytes]) -> AsyncIterator[ServerSentEvent]:
    decoder = EventDecoder()
    async for data in pieces:
        for event in decoder.feed(data):
            yield event
    for event in decoder.close():
        yield event
