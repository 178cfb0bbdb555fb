"""The function's process under a Runtime API, with the app, the table and the gateway."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from shared.gateway.sse import EventDecoder
from tests.api.client import Person, Reply
from tests.api.server import SESSION_SECRET
from tests.runtime.call import Call
from tests.runtime.function_url import function_url_event
from tests.runtime.process import FUNCTIONS, STOCK_COMMAND, FunctionProcess, function_process
from tests.runtime.strict_api import StrictRuntimeApi
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable


@dataclass(slots=True)
class Function:
    """One environment; it answers one request at a time, as on Lambda."""

    api: StrictRuntimeApi
    process: FunctionProcess

    def post(self, person: Person, path: str, body: Any = None, **behaviour: Any) -> Call:
        data = None if body is None else json.dumps(body).encode()
        headers = {**person.headers, **({"content-type": "application/json"} if data else {})}
        return self.api.invoke(
            function_url_event("POST", path, headers=headers, body=data), **behaviour
        )

    def send(self, person: Person, text: str, conversation_id: str, **behaviour: Any) -> Call:
        message = {"id": str(uuid4()), "content": text}
        path = f"/api/conversations/{conversation_id}/turns"
        return self.post(person, path, {"message": message}, **behaviour)


@asynccontextmanager
async def running_function(
    gateway: ScriptedGateway, table: TestTable, **settings: str
) -> AsyncIterator[Function]:
    environ = {
        "LIVEPEER_GATEWAY_URL": gateway.origin,
        "TABLE_NAME": table.name,
        "SESSION_SECRET": SESSION_SECRET,
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # Every client in the tests uses this region: DynamoDB Local separates tables by region.
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        **settings,
    }
    async with (
        StrictRuntimeApi() as api,
        function_process(FUNCTIONS, api.address, STOCK_COMMAND, **environ) as process,
    ):
        await api.polled.wait()
        yield Function(api, process)


async def read_until(call: Call, text: str) -> Reply:
    """Wait until the events received so far hold `text`, and return them."""
    while True:
        call.changed.clear()
        reply = received(call)
        if text in reply.text:
            return reply
        await call.changed.wait()


def received(call: Call) -> Reply:
    """The events that the function has sent so far."""
    _, _, body = call.payload.partition(bytes(8))
    return Reply(EventDecoder().feed(body))
