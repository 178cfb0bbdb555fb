"""People who use a server with given settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from chat.identity.sessions import Sessions
from tests.api.client import Person
from tests.api.server import SESSION_SECRET, serving, settings_for
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable


@asynccontextmanager
async def visiting(
    gateway: ScriptedGateway, table: TestTable, **settings: str
) -> AsyncIterator[Person]:
    async with (
        serving(settings_for(gateway, table, **settings), table) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as http,
    ):
        yield newcomer(http)


def newcomer(http: httpx.AsyncClient) -> Person:
    """A person whose session was not requested from the server, and so is not counted."""
    return Person(http, Sessions([SESSION_SECRET]).start().token)
