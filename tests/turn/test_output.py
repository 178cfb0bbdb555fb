"""What a turn writes to the log reaches Lambda before the environment may be frozen or killed."""

from collections.abc import AsyncIterator

import pytest
from ulid import ULID

from tests.api.client import Person
from tests.api.function import Function, received, running_function
from tests.scripted_gateway import MODES, ScriptedGateway, answer, in_turn
from tests.table.local_table import TestTable


@pytest.fixture
async def function(gateway: ScriptedGateway, table: TestTable) -> AsyncIterator[Function]:
    async with running_function(gateway, table) as function:
        yield function


async def test_all_metrics_and_lines_of_a_turn_survive_a_kill(
    person: Person, gateway: ScriptedGateway, function: Function
) -> None:
    gateway.script = in_turn(answer(503), MODES["normal"].script)
    call = function.send(person, "Hello", str(ULID()))
    await call.done.wait()
    assert received(call).done["outcome"] == "complete"
    # The function has asked for more work, so Lambda may freeze it from now on.
    await function.api.polled.wait()
    await function.process.stop()

    metrics = [line for line in function.process.log if "_aws" in line]
    (retried,) = [line["Retries"] for line in metrics if "Retries" in line]
    assert retried == [1.0]
    assert {"Replies", "FirstTokenMs", "Tokens"} <= set().union(*metrics)
    failed = [line for line in function.process.log if line.get("message") == "attempt failed"]
    assert [line["error"] for line in failed] == ["GatewayUnavailable"]
