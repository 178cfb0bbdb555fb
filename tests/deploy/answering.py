"""An AWS API with scripted answers, for states that MiniStack cannot have."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from local.http_server import Exchange, Server

_STACK = """<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>livepeer-chat</StackName><StackStatus>{status}</StackStatus>
<CreationTime>2026-01-01T00:00:00Z</CreationTime>
<Parameters>{parameters}</Parameters></member></Stacks></DescribeStacksResult>
</DescribeStacksResponse>"""
_PARAMETER = "<member><ParameterKey>{}</ParameterKey><ParameterValue>{}</ParameterValue></member>"
_RESOURCES = """<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>
{members}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>"""
_RESOURCE = """<member><LogicalResourceId>{}</LogicalResourceId><ResourceType>{}</ResourceType>
<PhysicalResourceId>{}</PhysicalResourceId><ResourceStatus>{}</ResourceStatus>
<LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>"""
_CALLER = """<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{}</Arn>
<UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""
_ERROR = "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"

Answer = tuple[int, str]
NO_STACK: Answer = (400, _ERROR.format("ValidationError", "Stack does not exist"))


def caller(arn: str = "arn:aws:iam::123456789012:user/ada") -> Answer:
    return 200, _CALLER.format(arn)


def stack(status: str, **parameters: str) -> Answer:
    listed = "".join(_PARAMETER.format(*each) for each in parameters.items())
    return 200, _STACK.format(status=status, parameters=listed)


def resources(*members: tuple[str, str, str, str]) -> Answer:
    """Each is a name, a type, a physical id and a status."""
    return 200, _RESOURCES.format(members="".join(_RESOURCE.format(*each) for each in members))


def refusal(code: str) -> Answer:
    return 403, _ERROR.format(code, "AWS's own words.")


def found(**answer: Any) -> Answer:
    """An answer of a service that speaks JSON."""
    return 200, json.dumps(answer)


def missing(code: str = "ResourceNotFoundException") -> Answer:
    return 400, json.dumps({"__type": code, "message": "AWS's own words."})


@asynccontextmanager
async def answering(
    described: Answer = NO_STACK, limit: int = 1000, answers: Mapping[str, Answer] | None = None
) -> AsyncIterator[str]:
    """Yield the URL of an account with this stack, this concurrency limit and these answers.

    `answers` are by operation. An operation without one is refused.
    """
    settings = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit}
    known: Mapping[str, Answer] = {
        "GetCallerIdentity": caller(),
        "DescribeStacks": described,
        "ListStackResources": resources(),
        "GetAccountSettings": found(AccountLimit=settings),
        **(answers or {}),
    }

    async def handle(exchange: Exchange) -> None:
        name = operation(exchange, await exchange.body())
        status, body = known.get(name, refusal("AccessDenied"))
        await exchange.answer(status, body.encode(), [("content-type", "text/xml")])

    async with Server().serving(handle) as server:
        yield server.url


def operation(exchange: Exchange, body: bytes) -> str:
    """Return the operation that a request names, or its method for REST services."""
    if target := exchange.header("x-amz-target"):
        return target.rpartition(".")[2]
    if "account-settings" in exchange.target:
        return "GetAccountSettings"
    action = parse_qs(body.decode("latin-1")).get("Action")
    return action[0] if action else exchange.method
