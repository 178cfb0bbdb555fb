"""Choosing a model, and having it loaded before it is asked."""

import json

import pytest
from playwright.async_api import Request, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Site
from tests.scripted_gateway import ScriptedGateway


def _warmed(request: Request) -> str | None:
    if request.method != "POST" or not request.url.endswith("/api/models/warm"):
        return None
    return str(json.loads(request.post_data or "{}")["model"])


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_chosen_model_is_warmed_and_answers(
    site: Site, chat: Chat, gateway: ScriptedGateway, width: int
) -> None:
    warmed: list[str] = []
    chat.page.on("request", lambda request: warmed.append(_warmed(request) or ""))
    await chat.page.set_viewport_size({"width": width, "height": 800})
    await chat.page.reload()
    picker = chat.page.get_by_test_id("model-picker")
    await expect(picker).to_contain_text("Llama")
    await picker.click()
    models = chat.page.get_by_test_id("model")
    await expect(models).to_have_count(4)
    mistral = models.filter(has_text="Mistral")
    await expect(mistral).to_contain_text("GB of VRAM")
    await expect(mistral.locator(".badge")).not_to_be_empty()
    await mistral.click()
    await expect(picker).to_contain_text("Mistral")
    await chat.ask("Who are you?")
    assert gateway.requests[-1].model == "mistralai/Mistral-7B-Instruct-v0.3"
    # Each page load warms the first one again, as far as the page knows.
    assert list(dict.fromkeys(filter(None, warmed))) == [
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "mistralai/Mistral-7B-Instruct-v0.3",
    ]


async def test_the_list_is_used_by_keyboard(chat: Chat) -> None:
    picker = chat.page.get_by_test_id("model-picker")
    await picker.focus()
    await chat.page.keyboard.press("Enter")
    models = chat.page.get_by_test_id("model")
    await expect(models.first).to_be_focused()
    await chat.page.keyboard.press("ArrowDown")
    await expect(models.nth(1)).to_be_focused()
    await chat.page.keyboard.press("ArrowUp")
    await chat.page.keyboard.press("ArrowUp")
    await expect(models.last).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(models).to_have_count(0)
    await expect(picker).to_be_focused()
    await expect(picker).to_contain_text("Qwen")
