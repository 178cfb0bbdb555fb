"""Functions that invoke each other, through boto3 as on AWS."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.event_queue import EventQueue
from local.function import Function
from local.http_server import Server
from local.lambda_api import LambdaApi
from local.template import FunctionDefinition
from tests.local.polling import until

FUNCTION = """
import json, pathlib, sys

def handler(event, context):
    if event.get("fail"):
        raise ValueError("as asked")
    if "note" in event:
        pathlib.Path(event["note"]).write_text("was here")
    return {"got": event}
"""


@pytest.fixture
async def invoked(tmp_path: Path) -> AsyncIterator[Any]:
    """Yield a client of an API with one function, Echo."""
    (tmp_path / "echo.py").write_text(FUNCTION)
    definition = FunctionDefinition("Echo", "echo.handler", "python3.13", ".", 30, 128, {})
    queue = EventQueue(print)
    api = LambdaApi(queue)
    async with Function(definition, tmp_path, print).running() as function:
        api.add(function)
        async with Server().serving(api.handle) as server:
            yield boto3.client(
                "lambda",
                endpoint_url=server.url,
                region_name="us-east-1",
                aws_access_key_id="local",
                aws_secret_access_key="local",
            )
        await queue.close()


async def test_a_request_waits_for_the_answer(invoked: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:Echo:live"
    for name in ("Echo", arn):
        answer = await asyncio.to_thread(invoked.invoke, FunctionName=name, Payload=b'{"a": 1}')
        assert json.loads(answer["Payload"].read()) == {"got": {"a": 1}}
        assert "FunctionError" not in answer


async def test_a_failure_is_reported(invoked: Any) -> None:
    answer = await asyncio.to_thread(invoked.invoke, FunctionName="Echo", Payload=b'{"fail": true}')
    assert answer["FunctionError"] == "Unhandled"


async def test_an_asynchronous_event_is_accepted_and_runs(invoked: Any, tmp_path: Path) -> None:
    note = tmp_path / "note"
    answer = await asyncio.to_thread(
        invoked.invoke,
        FunctionName="Echo",
        InvocationType="Event",
        Payload=json.dumps({"note": str(note)}).encode(),
    )
    assert answer["StatusCode"] == 202
    await until(lambda: asyncio.to_thread(note.exists))


async def test_another_function_is_not_found(invoked: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        await asyncio.to_thread(invoked.invoke, FunctionName="Other")


async def test_payloads_over_lambdas_limits_are_refused(invoked: Any) -> None:
    synchronous, event = b'"%s"' % (b"x" * 2_000_000), b'"%s"' % (b"x" * 1_100_000)
    answer = await asyncio.to_thread(
        invoked.invoke, FunctionName="Echo", Payload=b'{"a": %s}' % synchronous
    )
    assert "FunctionError" not in answer
    for kind, payload in (("Event", event), ("RequestResponse", synchronous * 4)):
        with pytest.raises(ClientError, match="RequestTooLarge"):
            await asyncio.to_thread(
                invoked.invoke, FunctionName="Echo", InvocationType=kind, Payload=payload
            )
