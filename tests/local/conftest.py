import asyncio
import dataclasses
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from local.function import Function
from local.function_url import FunctionUrl
from local.http_server import Server
from local.template import Cors, FunctionDefinition
from tests.local.gateway_client import Connect, connected
from tests.local.polling import PATIENCE_S, until

PLAIN_FUNCTION = Path(__file__).parent / "plain_function"
CORS = Cors(
    origins=("https://page.example",),
    methods=("GET", "POST"),
    headers=("authorization", "content-type"),
    exposed=("retry-after",),
    max_age_s=600,
)


@dataclass
class Served:
    """The plain function behind a Function URL."""

    client: httpx.AsyncClient
    function: Function
    log: list[str] = field(default_factory=list)

    async def get_when_idle(self, path: str) -> httpx.Response:
        response = await self.stream_when_idle(path)
        await response.aread()
        return response

    async def stream_when_idle(
        self, path: str, query: dict[str, str] | None = None
    ) -> httpx.Response:
        """Retry while the environment, after its last answer, has not yet asked for work.

        The caller reads or closes the response.
        """
        request = self.client.build_request("GET", path, params=query)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                response = await self.client.send(request, stream=True)
                if response.status_code != 429:
                    return response
                await response.aclose()
                await asyncio.sleep(0.01)

    async def has_no_environment(self) -> None:
        async def none() -> bool:
            return self.function.environments == 0

        await until(none)


Serve = Callable[..., AbstractAsyncContextManager[Served]]


def definition(timeout_s: float = 60, **variables: str) -> FunctionDefinition:
    return FunctionDefinition(
        name="Plain",
        handler="plain.handler",
        runtime="python3.13",
        code="plain_function",
        timeout_s=timeout_s,
        memory_mb=256,
        variables={"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap", **variables},
        has_url=True,
    )


@pytest.fixture
def serve() -> Serve:
    @asynccontextmanager
    async def serving(
        cap: int = 10,
        idle_s: float = 300,
        timeout_s: float = 60,
        cors: Cors | None = None,
        reserved: int | None = None,
        **variables: str,
    ) -> AsyncIterator[Served]:
        log: list[str] = []
        plain = dataclasses.replace(
            definition(timeout_s, **variables), reserved_concurrency=reserved
        )
        server = Server()
        async with (
            Function(plain, PLAIN_FUNCTION, log.append, cap, idle_s).running() as function,
            server.serving(FunctionUrl(function, cors, server.port).handle),
            httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as client,
        ):
            yield Served(client, function, log)

    return serving


@pytest.fixture
def gateway(model_url: str) -> Connect:
    return functools.partial(connected, model_url)
