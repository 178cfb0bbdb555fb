"""A call of the Runtime API leaves no connection, whether it succeeds, fails or is cancelled."""

from collections.abc import Awaitable, Callable

import pytest

from chat.runtime.api import RuntimeApi, RuntimeApiError
from chat.runtime.report import ErrorReport
from tests.counting_server import CountingServer, cancel_at_every_iteration

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
NONSENSE = b"nonsense\r\n\r\n"

Call = Callable[[RuntimeApi], Awaitable[object]]


async def respond(api: RuntimeApi) -> None:
    stream = await api.respond("request-1")
    await stream.end()


async def restored(api: RuntimeApi) -> None:
    await api.restored()


async def fail(api: RuntimeApi) -> None:
    await api.fail("request-1", ErrorReport.of(ValueError(), "Runtime"))


@pytest.mark.parametrize("answer", [ACCEPTED, NONSENSE], ids=["accepted", "nonsense"])
@pytest.mark.parametrize("call", [respond, restored, fail])
async def test_cancelled_call_leaves_no_connection(call: Call, answer: bytes) -> None:
    server = CountingServer(answer=answer)

    async with server.serving():
        api = RuntimeApi(f"127.0.0.1:{server.port}")
        assert await cancel_at_every_iteration(server, lambda: call(api), RuntimeApiError) > 4
