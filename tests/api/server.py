"""The chat API on a real socket, with a scripted gateway and a real table."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import boto3
import uvicorn

from chat.app import create_app
from chat.context import Context
from shared.aws.account import Account
from shared.aws.service import DYNAMODB, Service
from shared.settings import Settings
from shared.table.table import Table
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable

SESSION_SECRET = "a-secret-of-tests-that-is-long-enough"


def connect(endpoint: str) -> Any:
    """A boto3 client, so that tests do not check the table through the code they test."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def account(endpoint: str) -> Account:
    return Account(
        {
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        }
    )


def open_table(table: TestTable) -> Table:
    """The caller closes it."""
    return Table(table.name, lambda: Service(DYNAMODB, account(table.endpoint)))


def settings_for(gateway: ScriptedGateway, table: TestTable, **settings: str) -> Settings:
    """Settings parsed from environment variables, as in production."""
    return Settings.from_env(
        {
            "LIVEPEER_GATEWAY_URL": gateway.origin,
            "TABLE_NAME": table.name,
            "SESSION_SECRET": SESSION_SECRET,
            # Limits are off by default, because all requests come from one address.
            "REQUESTS_PER_MINUTE": "0",
            "CONCURRENT_STREAMS": "0",
            "TOKEN_BUDGET_PER_DAY": "0",
            "GLOBAL_TOKEN_BUDGET_PER_DAY": "0",
            **settings,
        }
    )


def context_of(
    settings: Settings | Callable[[], Settings],
    table: TestTable,
) -> Context:
    return Context(
        settings=settings if callable(settings) else lambda: settings,
        table=lambda _: open_table(table),
    )


@asynccontextmanager
async def serving(
    settings: Settings | Callable[[], Settings],
    table: TestTable,
) -> AsyncIterator[str]:
    """The URL of a new server. Several servers share the table like Lambda environments."""
    app = create_app(context_of(settings, table))
    config = uvicorn.Config(app, log_level="critical", lifespan="on", proxy_headers=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        # uvicorn has no event for it.
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
