"""A chat on real parts: function processes, MiniStack, SmolLM2, a browser."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect
from ulid import ULID

from local.cloud import LocalCloud
from local.table import connect
from tests.local.polling import until

QUESTION = "Write three sentences about the sea."


@pytest.fixture
async def client(local_cloud: LocalCloud) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=local_cloud.function_url, timeout=120, trust_env=False
    ) as http:
        session = (await http.post("/api/sessions", json={})).json()
        http.headers["authorization"] = f"Bearer {session['token']}"
        yield http


def read_events(stream: str) -> list[tuple[str, dict[str, Any]]]:
    events = []
    for block in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line[1:])
        if "data" in fields:
            events.append((fields.get("event", "message"), json.loads(fields["data"])))
    return events


async def test_a_turn_streams_and_is_saved(
    local_cloud: LocalCloud, client: httpx.AsyncClient
) -> None:
    conversation, message = str(ULID()), str(uuid4())
    response = await client.post(
        f"/api/conversations/{conversation}/turns",
        json={"message": {"id": message, "content": QUESTION}, "max_tokens": 40},
    )
    assert response.status_code == 200
    events = read_events(response.text)
    assert events[0][0] == "turn"
    assert events[-1][0] == "done"
    deltas = [data for kind, data in events if kind == "message"]
    text = "".join(data["choices"][0]["delta"].get("content", "") for data in deltas)
    assert len(deltas) >= 3
    assert text

    reply = events[0][1]["reply_id"]
    contents = rows_with_content(local_cloud)
    assert contents[QUESTION]["role"] == {"S": "user"}
    assert contents[text]["role"] == {"S": "assistant"}

    saved = (await client.get(f"/api/conversations/{conversation}")).json()
    assert [(m["id"], m["content"]) for m in saved["messages"]] == [
        (message, QUESTION),
        (reply, text),
    ]


def rows_with_content(cloud: LocalCloud) -> dict[str, Any]:
    table = connect(cloud.dynamodb_url)
    items = table.scan(TableName=cloud.table_name)["Items"]
    table.close()
    return {item["content"]["S"]: item for item in items if "content" in item}


# Records the length of the reply's text each time it grows.
WATCH = """
() => {
  window.lengths = [];
  new MutationObserver(() => {
    const live = document.querySelector('[data-role="assistant"][aria-busy="true"]');
    const length = live?.textContent.length ?? 0;
    if (length > (window.lengths.at(-1) ?? 0)) window.lengths.push(length);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


async def test_the_answer_grows_and_is_there_after_a_reload(
    local_cloud: LocalCloud, page: Page
) -> None:
    await page.goto(local_cloud.page_url)
    composer = page.get_by_test_id("composer")
    await expect(composer).to_be_enabled(timeout=60_000)
    # The page knows the models' labels once the picker is there.
    await expect(page.get_by_test_id("model-picker")).to_be_visible(timeout=60_000)
    await page.evaluate(WATCH)
    await composer.fill(QUESTION)
    await page.get_by_test_id("send").click()

    live = page.locator('[data-role="assistant"][aria-busy="true"]')
    whole = page.locator('[data-role="assistant"]:not([aria-busy="true"])')
    await expect(whole).to_have_count(1, timeout=120_000)
    await expect(live).to_have_count(0)
    assert len(await page.evaluate("window.lengths")) >= 3
    answer = await whole.inner_text()
    assert answer.strip()

    await page.reload()
    await expect(page.get_by_test_id("model-picker")).to_be_visible(timeout=60_000)
    await expect(whole).to_have_count(1, timeout=60_000)
    assert await whole.inner_text() == answer
    await expect(page.locator('[data-role="user"]')).to_contain_text(QUESTION)


async def test_the_warmup_function_warms_a_model_before_its_first_use(
    local_cloud: LocalCloud, client: httpx.AsyncClient
) -> None:
    models = (await client.get("/api/models")).json()["models"]
    model = models[-1]["id"]
    name = local_cloud.gateway_url.removeprefix("http://")
    key: Any = {"pk": {"S": "MODEL"}, "sk": {"S": f"{model}#{name}"}}
    table = connect(local_cloud.dynamodb_url)

    async def state() -> Any:
        where = {"TableName": local_cloud.table_name, "Key": key}
        row: Any = await asyncio.to_thread(lambda: table.get_item(**where))
        return row.get("Item", {}).get("seen")

    async def warm() -> bool:
        return bool(await state() == {"S": "warm"})

    # The schedule warmed it at the start. Delete the row, as if it had not.
    await until(warm)
    table.delete_item(TableName=local_cloud.table_name, Key=key)
    answer = await client.post("/api/models/warm", json={"model": model})
    assert answer.status_code == 202
    await until(warm)
    table.close()
