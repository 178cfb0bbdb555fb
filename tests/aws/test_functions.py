"""A Lambda function is invoked with the same request as by boto3."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from local.http_server import Exchange, Server
from shared.aws.account import Account
from shared.aws.functions import NotInvoked, invoke_later
from shared.aws.retry import ATTEMPTS

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:Warm-up_1"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}
# These headers differ between clients or over time.
VARYING = {"authorization", "x-amz-date", "user-agent", "content-type"}


@dataclass(slots=True)
class Lambda:
    status: int = 202
    requests: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    async def handle(self, exchange: Exchange) -> None:
        body = await exchange.body()
        self.requests.append((exchange.method, exchange.target, body, dict(exchange.headers)))
        await exchange.answer(self.status)


@asynccontextmanager
async def answering(server: Lambda) -> AsyncIterator[str]:
    async with Server().serving(server.handle) as listening:
        yield listening.url


def account(url: str) -> Account:
    return Account({**KEYS, "AWS_ENDPOINT_URL_LAMBDA": url})


def invoke_by_boto3(url: str, name: str, payload: bytes) -> None:
    client: Any = boto3.client(
        "lambda",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )
    client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)


@pytest.mark.parametrize("name", ["Warm-up_1", ARN])
async def test_request_is_identical_to_that_of_boto3(name: str) -> None:
    server = Lambda()
    async with answering(server) as url:
        await invoke_later(name, b'{"a":1}', account(url))
        await asyncio.to_thread(invoke_by_boto3, url, name, b'{"a":1}')
    (*request, headers), (*boto3_request, boto3_headers) = server.requests
    assert request == boto3_request
    compared = headers.keys() - VARYING
    assert {name: headers[name] for name in compared} == {n: boto3_headers.get(n) for n in compared}
    assert "x-amz-invocation-type" in compared


@pytest.mark.parametrize(("status", "attempts"), [(200, 1), (403, 1), (404, 1), (500, ATTEMPTS)])
async def test_other_statuses_raise_not_invoked(status: int, attempts: int) -> None:
    server = Lambda(status)
    async with answering(server) as url:
        with pytest.raises(NotInvoked, match=str(status)):
            await invoke_later("name", b"{}", account(url))
    assert len(server.requests) == attempts


async def test_missing_connection_or_credentials_raise_not_invoked() -> None:
    async with answering(Lambda()) as url:
        pass
    with pytest.raises(NotInvoked):
        await invoke_later("name", b"{}", account(url))
    with pytest.raises(NotInvoked):
        await invoke_later("name", b"{}", Account({"AWS_ENDPOINT_URL_LAMBDA": url}))
