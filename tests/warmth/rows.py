"""Where models are, and what is known of them before a test begins."""

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
    """Writes what an earlier attempt found."""
    opened = open_table(table)
    place = Warmth(model, gateway_name(gateway))
    identity = {"model": place.model, "gateway": place.gateway}
    await WarmthRows(opened).write(place, {**identity, **values})
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
