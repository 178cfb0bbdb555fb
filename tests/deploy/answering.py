"""An AWS API with scripted answers, for states that MiniStack cannot have."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from local.http_server import Exchange, Server

_STACK = """<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>livepeer-chat</StackName><StackStatus>{status}</StackStatus>
<CreationTime>2026-01-01T00:00:00Z</CreationTime>
<Parameters>{parameters}</Parameters></member></Stacks></DescribeStacksResult>
</DescribeStacksResponse>"""
_PARAMETER = "<member><ParameterKey>{}</ParameterKey><ParameterValue>{}</ParameterValue></member>"
_ERROR = "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"

Answer = tuple[int, str]
NO_STACK: Answer = (400, _ERROR.format("ValidationError", "Stack does not exist"))


def stack(status: str, **parameters: str) -> Answer:
    listed = "".join(_PARAMETER.format(*each) for each in parameters.items())
    return 200, _STACK.format(status=status, parameters=listed)


def refusal(code: str) -> Answer:
    return 403, _ERROR.format(code, "AWS's own words.")


@asynccontextmanager
async def answering(described: Answer = NO_STACK, limit: int = 1000) -> AsyncIterator[str]:
    """Yield the URL of an account with this stack and this concurrency limit."""

    async def handle(exchange: Exchange) -> None:
        await exchange.body()
        if "account-settings" in exchange.target:
            settings = {
                "AccountLimit": {
                    "ConcurrentExecutions": limit,
                    "UnreservedConcurrentExecutions": limit,
                }
            }
            await exchange.answer(200, json.dumps(settings).encode())
        else:
            status, body = described
            await exchange.answer(status, body.encode())

    async with Server().serving(handle) as server:
        yield server.url
