"""Reads a stream, and measures when each token came and how long it took."""

import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from ulid import ULID

from benchmarks.streams.gateway import Order
from chat.identity.sessions import Sessions

SECRET = "a-secret-of-benchmarks-that-is-long-enough"  # noqa: S105 - protects nothing
_SENT = re.compile(rb'"content":"(\d+)"')


@dataclass(slots=True)
class Reading:
    """`first_ms` counts from the request, `delays_ms` from the gateway's sending of each token."""

    first_ms: float = 0
    delays_ms: list[float] = field(default_factory=list)


async def direct(http: httpx.AsyncClient, url: str, order: Order) -> Reading:
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": str(order)}],
        "max_tokens": 1024,
        "stream": True,
    }
    return await _read(http, url, body, {})


def someone() -> dict[str, str]:
    """The headers of a new user."""
    return {"authorization": f"Bearer {Sessions([SECRET]).start().token}"}


async def through(
    http: httpx.AsyncClient,
    url: str,
    order: Order,
    headers: dict[str, str],
    conversation_id: str = "",
) -> Reading:
    """Sends a turn, to a new conversation unless one is named."""
    path = f"/api/conversations/{conversation_id or ULID()}/turns"
    body = {"message": {"id": str(uuid4()), "content": str(order)}}
    return await _read(http, url + path, body, headers)


async def _read(
    http: httpx.AsyncClient, url: str, body: dict[str, Any], headers: dict[str, str]
) -> Reading:
    reading = Reading()
    started = time.monotonic_ns()
    async with http.stream("POST", url, json=body, headers=headers) as answer:
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{answer.status_code} {(await answer.aread()).decode()}")
        async for piece in answer.aiter_raw():
            now = time.monotonic_ns()
            for sent in _SENT.findall(piece):
                reading.first_ms = reading.first_ms or (now - started) / 1e6
                reading.delays_ms.append((now - int(sent)) / 1e6)
    return reading
