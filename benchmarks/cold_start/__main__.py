"""python -m benchmarks.cold_start: from process start to ready, first answer and first token."""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.cold_start.packages import ROOT, install
from benchmarks.cold_start.process import Used
from benchmarks.cold_start.sides import Ours, Peer, lambda_api, secrets_manager
from local.dynamodb import dynamodb_local
from local.http_server import Server
from local.table import create_table
from local.template import Template
from shared.models import DEFAULT_MODELS
from tests.scripted_gateway import ScriptedGateway, livepeer

RUNS = 15
TABLE = "Chat"

# What the page calls to open, then what it called before GET /api/start existed.
PAGE_REQUESTS: tuple[tuple[str, str, object], ...] = (
    ("GET", "/api/start", None),
    ("POST", "/api/sessions", {}),
    ("GET", "/api/models", None),
    ("POST", "/api/models/warm", {"model": DEFAULT_MODELS[0].id}),
    ("GET", "/api/me", None),
    ("GET", "/api/conversations", None),
    ("GET", "/healthz", None),
)

Trial = Callable[[], Awaitable[Used]]


async def measure(runs: int) -> None:
    async with AsyncExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        packages = install(folder)
        dynamodb = await open_.enter_async_context(dynamodb_local(lambda _: None))
        definition = replace(Template.read(ROOT / "template.yaml").table(), name=TABLE)
        await create_table(dynamodb, definition)
        secrets = await open_.enter_async_context(Server().serving(secrets_manager))
        functions = await open_.enter_async_context(Server().serving(lambda_api))
        gateway = await open_.enter_async_context(ScriptedGateway(livepeer.reply(["Hello"])))
        variables = {
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
        }
        ours, peer = Ours(packages, variables), Peer(packages, variables)
        await ours.create_conversation()
        print("| from process start until | | ours | peer | ours / peer |")
        print("|---|---|--:|--:|--:|")
        trials: list[tuple[str, Trial, Trial]] = [
            ("the first `/next`", ours.start, peer.start),
            ("the first token of the first turn", ours.first_token, peer.first_token),
        ]
        # The requests of a page visit are compared with the peer's start alone.
        conversation = f"/api/conversations/{ours.conversation}"
        for method, path, body in (*PAGE_REQUESTS, ("GET", conversation, None)):
            name = path.replace(ours.conversation, "{id}")
            answer = partial(ours.first_answer, method, path, body)
            trials.append((f"the answer to `{method} {name}`", answer, peer.start))
        for name, *both_sides in trials:
            # Drop the first run, which warms the files, the table and the gateway.
            pairs = [[await trial() for trial in both_sides] for _ in range(runs + 1)][1:]
            report(name, pairs)


def report(name: str, pairs: Sequence[Sequence[Used]]) -> None:
    for kind, unit, field in (
        ("CPU", "ms", "cpu_ms"),
        ("wall", "ms", "wall_ms"),
        ("peak RSS", "MB", "peak_mb"),
    ):
        ours, peer = (median(getattr(pair[side], field) for pair in pairs) for side in (0, 1))
        print(f"| {name} | {kind} | {ours:.0f} {unit} | {peer:.0f} {unit} | {ours / peer:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side, alternating")
    asyncio.run(measure(parser.parse_args().runs))


if __name__ == "__main__":
    main()
