"""A request that the gateway received."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    """The peer closed the connection before the script was over."""
    played: asyncio.Event = field(default_factory=asyncio.Event)
    """The script was played to its end."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Either `cancelled` or `played` is set."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def model(self) -> str:
        return str(self.json["model"])
