"""A setting is missing or cannot be read: the answer names it."""

from uuid import uuid4

import httpx
import pytest
from ulid import ULID

from shared.settings import Settings
from tests.api.client import Person
from tests.api.server import connect, serving, settings_for
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable


async def test_missing_gateway_url_is_503_and_names_the_setting(table: TestTable) -> None:
    async with (
        serving(lambda: Settings.from_env({"TABLE_NAME": table.name}), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        answer = await http.post("/api/sessions")
    assert answer.status_code == 503
    assert "LIVEPEER_GATEWAY_URL" in answer.json()["error"]["message"]


async def test_nothing_is_saved_if_the_gateway_key_cannot_be_read(
    gateway: ScriptedGateway, table: TestTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")
    async with (
        serving(settings_for(gateway, table, LIVEPEER_API_KEY_SECRET="key"), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        person = await Person.arrive(http)
        answer = await person.post(
            f"/api/conversations/{ULID()}/turns",
            {"message": {"id": str(uuid4()), "content": "Hello"}},
        )
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_configured"
    assert connect(table.endpoint).scan(TableName=table.name)["Items"] == []
