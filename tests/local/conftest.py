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
from tests.local.polling import until

PLAIN_FUNCTION = Path(__file__).parent / "plain_function"


@dataclass
class Served:
    """The plain function behind a Function URL."""

    client: httpx.AsyncClient
    function: Function
    log: list[str] = field(default_factory=list)

    async def get_when_idle(self, path: str) -> httpx.Response:
        """An environment is idle a moment after its answer: it must ask for work first."""

        async def accepted() -> bool:
            self._response = await self.client.get(path)
            return self._response.status_code != 429

        await until(accepted)
        return self._response

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
        **variables: str,
    ) -> AsyncIterator[Served]:
        log: list[str] = []
        plain = definition(timeout_s, **variables)
        server = Server()
        async with (
            Function(plain, PLAIN_FUNCTION, log.append, cap, idle_s).running() as function,
            server.serving(FunctionUrl(function, cors, server.port).handle),
            httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as client,
        ):
            yield Served(client, function, log)

    return serving
