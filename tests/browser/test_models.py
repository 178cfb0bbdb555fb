"""Choosing a model, and warming it before the first message."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Site
from tests.scripted_gateway import ScriptedGateway

MISTRAL = "mistralai/Mistral-7B-Instruct-v0.3"


def _warmed(request: Request) -> list[str]:
    """The model that a request has the server warm; "default" if the page names none."""
    url = urlsplit(request.url)
    if request.method == "GET" and url.path == "/api/start":
        return parse_qs(url.query).get("model", ["default"])
    if request.method == "POST" and url.path == "/api/models/warm":
        return [json.loads(request.post_data or "{}")["model"]]
    return []


@pytest.mark.parametrize("width", [1280, 390])
async def test_chosen_model_is_warmed_and_answers(
    site: Site, chat: Chat, gateway: ScriptedGateway, width: int
) -> None:
    warmed: list[str] = []
    chat.page.on("request", lambda request: warmed.extend(_warmed(request)))
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
    assert gateway.requests[-1].model == MISTRAL
    assert warmed == ["default", MISTRAL]
    await chat.page.reload()
    await expect(picker).to_contain_text("Mistral")
    assert warmed == ["default", MISTRAL, MISTRAL]


async def test_model_menu_works_by_keyboard(chat: Chat) -> None:
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


async def test_long_names_wrap_in_the_menu_on_a_phone(chat: Chat) -> None:
    async def lengthen(route: Route) -> None:
        response = await route.fetch()
        started = await response.json()
        for model in started["models"]:
            model["label"] = f"A long name that does not fit on one line {model['label']}"
            model["notes"] = f"Stands in for {model['id'] * 4} here."
        await route.fulfill(response=response, json=started)

    await chat.page.route("**/api/start*", lengthen)
    await chat.page.set_viewport_size({"width": 390, "height": 800})
    await chat.page.reload()
    await chat.page.get_by_test_id("model-picker").click()
    names = chat.page.get_by_test_id("model").locator(".model-name, .model-notes")
    await expect(names).to_have_count(8)
    right_edges = await names.evaluate_all(
        """found => found.map(each => {
            const range = document.createRange();
            range.selectNodeContents(each);
            const menu = each.closest("[popover], .menu").getBoundingClientRect();
            return range.getBoundingClientRect().right - menu.right;
        })"""
    )
    assert max(right_edges) <= 0
