"""The two sides. Each starts a process, and kills it once it is ready or has answered."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from ulid import ULID

from benchmarks.cold_start.packages import Packages
from benchmarks.cold_start.process import Measured, Used
from benchmarks.cold_start.services import SECRET
from chat.identity.sessions import Sessions
from local.dynamodb import free_port
from local.http_server import Server
from local.invocation import Invocation
from local.runtime_api import RuntimeApi
from tests.runtime.function_url import function_url_event

TOKEN = b'"content":"'
# How often Lambda Web Adapter asks whether the app is ready.
ADAPTER_POLL_S = 0.01


def new_session() -> str:
    return Sessions([SECRET]).start().token


def request(token: str, method: str, path: str, body: object) -> Invocation:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    event = function_url_event(method, path, headers=headers, body=data)
    return Invocation(json.dumps(event).encode())


@dataclass(frozen=True, slots=True)
class Ours:
    """As deployed: through the wrapper, with the session's key in Secrets Manager.

    `conversation` belongs to the user of `token`. Call `create_conversation` before reading it. All
    other requests come from new users, who have not reached any limit.
    """

    packages: Packages
    variables: Mapping[str, str]
    token: str = field(default_factory=new_session)
    conversation: str = field(default_factory=lambda: str(ULID()))

    async def create_conversation(self) -> None:
        await self._turn(self.token, self.conversation)

    async def start(self) -> Used:
        async with self._running() as (api, process):
            await api.idle.wait()
            return process.kill()

    async def first_token(self) -> Used:
        # A new user each time: the killed process keeps its stream until the lease expires.
        return await self._turn(new_session(), str(ULID()))

    async def _turn(self, token: str, conversation: str) -> Used:
        message = {"message": {"id": str(uuid4()), "content": "Hello"}}
        path = f"/api/conversations/{conversation}/turns"
        invocation = request(token, "POST", path, message)
        async with self._running() as (api, process):
            api.hand_out(invocation)
            answer = b""
            while TOKEN not in answer:
                part = await invocation.read()
                if part is None:
                    raise AssertionError(f"The turn ended without a token: {answer.decode()}")
                answer += part
            return process.kill()

    async def first_answer(self, method: str, path: str, body: object = None) -> Used:
        """Measures until the first request is answered."""
        token = self.token if self.conversation in path else new_session()
        invocation = request(token, method, path, body)
        async with self._running() as (api, process):
            api.hand_out(invocation)
            answer = b""
            while (part := await invocation.read()) is not None:
                answer += part
            used = process.kill()
        status = json.loads(answer.partition(bytes(8))[0])["statusCode"]
        if status >= 400:
            raise AssertionError(f"{method} {path} answers {status}")
        return used

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[tuple[RuntimeApi, Measured]]:
        api = RuntimeApi("arn", 300)
        async with Server().serving(api.handle) as server:
            bootstrap = self.packages.deployed / "chat" / "bootstrap"
            process = Measured(
                [str(bootstrap), str(self.packages.python), "/var/runtime/bootstrap.py"],
                {
                    **self.variables,
                    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.port}",
                    "LAMBDA_TASK_ROOT": str(self.packages.deployed),
                    "LAMBDA_RUNTIME_DIR": str(self.packages.runtime),
                    "SESSION_SECRET_NAME": "session",
                },
            )
            yield api, process


@dataclass(frozen=True, slots=True)
class Peer:
    packages: Packages
    variables: Mapping[str, str]

    async def start(self) -> Used:
        process, port = self._run()
        await _listening(port)
        return process.kill()

    async def first_token(self) -> Used:
        process, port = self._run()
        await _listening(port)
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
            http.stream("POST", "/turns", json={"content": "Hello"}) as answer,
        ):
            await anext(answer.aiter_raw())
            return process.kill()

    def _run(self) -> tuple[Measured, int]:
        port = free_port()
        command = [
            str(self.packages.python),
            "-m",
            "uvicorn",
            "peer:app",
            "--port",
            str(port),
            "--log-level",
            "warning",
        ]
        path = f"{self.packages.deployed}:{self.packages.runtime}"
        return Measured(command, {**self.variables, "PYTHONPATH": path}), port


async def _listening(port: int) -> None:
    """Waits for uvicorn, which binds its port once the app has started."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(ADAPTER_POLL_S)
