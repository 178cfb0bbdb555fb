"""The warm-up function under Lambda's own runtime, which ends without a signal."""

import dataclasses
import json

from local.deployment import read_template
from local.function import Function
from local.options import ROOT
from local.settings import local_variables
from tests.local.polling import until
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable


async def test_metrics_of_a_round_survive_the_kill_of_the_idle_function(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    local = {
        "LIVEPEER_GATEWAY_URL": gateway.origin,
        "LIVEPEER_MODELS": '["one", "two"]',
        "TABLE_NAME": table.name,
        "AWS_ENDPOINT_URL_DYNAMODB": table.endpoint,
    }
    warmup = next(each for each in read_template({}).functions() if each.schedule)
    variables = local_variables(warmup.variables, local, {})
    log: list[str] = []
    function = Function(
        dataclasses.replace(warmup, variables=variables), ROOT / warmup.code, log.append
    )
    async with function.running():
        invocation = function.invoke(b'{"source": "schedule"}')
        answer = b""
        while part := await invocation.read():
            answer += part
        assert len(json.loads(answer)["visits"]) == 2

        async def asked_for_more() -> bool:
            return function.idle == 1

        await until(asked_for_more)
    records = [json.loads(line) for line in log if line.startswith("{")]
    visited = [line["model"] for line in records if line.get("message") == "model visited"]
    counted = [line["model"] for line in records if "WarmupVisits" in line]
    assert sorted(visited) == sorted(counted) == ["one", "two"]
