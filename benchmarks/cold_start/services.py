"""What a function calls while it is measured: the table, the secret, the gateway and Lambda."""

import json
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.cold_start.packages import ROOT
from local.dynamodb import dynamodb_local
from local.http_server import Exchange, Server
from local.table import create_table
from local.template import Template
from tests.scripted_gateway import ScriptedGateway, livepeer

TABLE = "Chat"
SECRET = "a-secret-of-benchmarks-that-is-long-enough"  # noqa: S105 - protects nothing


@asynccontextmanager
async def services() -> AsyncIterator[tuple[Path, Mapping[str, str]]]:
    """Yield a folder that is deleted afterwards, and the variables of the functions."""
    async with AsyncExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        dynamodb = await open_.enter_async_context(dynamodb_local(lambda _: None))
        definition = replace(Template.read(ROOT / "template.yaml").table(), name=TABLE)
        await create_table(dynamodb, definition)
        secrets = await open_.enter_async_context(Server().serving(secrets_manager))
        functions = await open_.enter_async_context(Server().serving(lambda_api))
        gateway = await open_.enter_async_context(ScriptedGateway(livepeer.reply(["Hello"])))
        yield (
            folder,
            {
                "PATH": os.defpath,
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
                "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets.url,
                "AWS_ENDPOINT_URL_LAMBDA": functions.url,
                "WARMUP_FUNCTION": "warmup",
                "LIVEPEER_GATEWAY_URL": gateway.url,
                "TABLE_NAME": TABLE,
                # /var/task is read-only on Lambda.
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )


async def lambda_api(exchange: Exchange) -> None:
    """Accepts asynchronous invocations of the warm-up function."""
    await exchange.body()
    await exchange.answer(202)


async def secrets_manager(exchange: Exchange) -> None:
    """Answers like Secrets Manager for a secret that was never rotated."""
    wanted = json.loads(await exchange.body())
    if wanted.get("VersionStage", "AWSCURRENT") == "AWSCURRENT":
        await exchange.answer(200, json.dumps({"SecretString": SECRET}).encode())
    else:
        refusal = {"__type": "ResourceNotFoundException", "message": "There is no such version."}
        await exchange.answer(400, json.dumps(refusal).encode())
