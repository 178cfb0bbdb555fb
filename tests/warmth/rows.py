"""Gateways, and the rows of warmth of their models."""

import time
from typing import Any

from shared.warmth.rows import WarmthRows, warmth_key
from shared.warmth.warmth import Warmth
from tests.api.server import open_table
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.livepeer import MODEL
from tests.table.local_table import TestTable

ANOTHER_MODEL = "mistralai/Mistral-7B-Instruct-v0.3"


def gateway_urls(*gateways: ScriptedGateway) -> str:
    return ",".join(gateway.origin for gateway in gateways)


def gateway_name(gateway: ScriptedGateway) -> str:
    return gateway.origin.removeprefix("http://")


async def write_warmth(
    table: TestTable, gateway: ScriptedGateway, model: str = MODEL, **values: Any
) -> None:
    """Write a row of warmth, as an earlier attempt would."""
    opened = open_table(table)
    warmth = Warmth(model, gateway_name(gateway))
    identity = {"model": warmth.model, "gateway": warmth.gateway}
    await WarmthRows(opened).write(warmth, {**identity, **values})
    await opened.close()


async def write_warm(table: TestTable, gateway: ScriptedGateway, model: str = MODEL) -> None:
    await write_warmth(
        table, gateway, model, seen="warm", token_at=time.time(), first_tokens_ms=[200, 300, 400]
    )


async def read_warmth(table: TestTable, gateway: ScriptedGateway, model: str = MODEL) -> Warmth:
    opened = open_table(table)
    row = await opened.get(warmth_key(model, gateway_name(gateway)))
    await opened.close()
    assert row
    return Warmth.from_item(row)
