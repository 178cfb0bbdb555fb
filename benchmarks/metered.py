"""Runs the chat in this process, with a table client that records what each call consumes."""

import io
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from ulid import ULID

from chat.context import Context
from chat.limits.visitor import Visitor
from chat.turn.reply_request import ReplyRequest
from local.dynamodb import dynamodb_local
from local.table import create_table
from local.template import Template
from shared.aws.account import Account
from shared.aws.service import DYNAMODB, Service
from shared.settings import Settings
from shared.table.table import Table
from tests.scripted_gateway import Script, ScriptedGateway, livepeer

ROOT = Path(__file__).parent.parent
TABLE = "Chat"
USER = "someone"
READS = ("GetItem", "Query")


class MeteredService(Service):
    def __init__(self, endpoint: str) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        location = {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": endpoint}
        super().__init__(DYNAMODB, Account({**keys, **location}))
        self.calls: list[Call] = []

    @property
    def reads(self) -> float:
        return sum(call.units for call in self.calls if call.operation in READS)

    @property
    def writes(self) -> float:
        return sum(call.units for call in self.calls if call.operation not in READS)

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        answer = await super().call(operation, {**arguments, "ReturnConsumedCapacity": "TOTAL"})
        self.calls.append(Call(operation, _units(answer), started, time.perf_counter()))
        return answer


@dataclass(frozen=True, slots=True)
class Call:
    """`units` of capacity, times of `time.perf_counter`."""

    operation: str
    units: float
    started: float
    ended: float


@dataclass(frozen=True, slots=True)
class Turn:
    """The cost of one turn: seconds, units of the table, bytes.

    `table_s` is the part of `first_s` that was spent in calls of the table. `cpu_s` is of this
    process.
    """

    first_s: float
    table_s: float
    whole_s: float
    cpu_s: float
    reads: float
    writes: float
    sent_bytes: int
    logged_bytes: int


class MeteredChat:
    def __init__(self, context: Context, service: MeteredService, gateway: ScriptedGateway) -> None:
        self.settings = context.settings
        self.table = context.table
        self.service = service
        self.gateway = gateway
        self._context = context

    async def turn(self, conversation_id: str = "", text: str = "Hello", user: str = USER) -> Turn:
        self.service.calls.clear()
        options = ReplyRequest(Visitor(user, "network"), float("inf"), "request")
        started, cpu, first, sent = time.perf_counter(), time.process_time(), 0.0, 0
        # Metrics are written to stdout.
        with redirect_stdout(io.StringIO()) as log:
            events = await self._context.turns.send(
                conversation_id or str(ULID()), str(uuid4()), text, options
            )
            async for event in events:
                sent += len(event)
                if not first and b'"content":' in event:
                    first = time.perf_counter()
        return Turn(
            first - started,
            _covered(self.service.calls, first),
            time.perf_counter() - started,
            time.process_time() - cpu,
            self.service.reads,
            self.service.writes,
            sent,
            len(log.getvalue()),
        )


@asynccontextmanager
async def metered_chat(script: Script | None = None) -> AsyncIterator[MeteredChat]:
    """Checks every limit, as deployed, but sets them too high to be reached."""
    async with (
        dynamodb_local(lambda _: None) as endpoint,
        ScriptedGateway(script or livepeer.reply(["Hello"])) as gateway,
    ):
        definition = replace(Template.read(ROOT / "template.yaml").table(), name=TABLE)
        await create_table(endpoint, definition)
        settings = Settings.from_env(
            {
                "LIVEPEER_GATEWAY_URL": gateway.url,
                "TABLE_NAME": TABLE,
                "SESSION_SECRET": "a-secret-of-benchmarks-that-is-long-enough",
                "REQUESTS_PER_MINUTE": "1000000",
                "TOKEN_BUDGET_PER_DAY": "1000000000",
                "GLOBAL_TOKEN_BUDGET_PER_DAY": "1000000000",
            }
        )
        service = MeteredService(endpoint)
        context = Context(lambda: settings, lambda name: Table(name, lambda: service))
        yield MeteredChat(context, service, gateway)
        await context.close()


def _units(answer: dict[str, Any]) -> float:
    consumed = answer.get("ConsumedCapacity", [])
    entries = consumed if isinstance(consumed, list) else [consumed]
    return sum(float(entry.get("CapacityUnits", 0)) for entry in entries)


def _covered(calls: Sequence[Call], until: float) -> float:
    """Seconds during which at least one call was running."""
    covered, reached = 0.0, 0.0
    for call in sorted(calls, key=lambda call: call.started):
        started, ended = max(call.started, reached), min(call.ended, until)
        covered += max(0.0, ended - started)
        reached = max(reached, ended)
    return covered
