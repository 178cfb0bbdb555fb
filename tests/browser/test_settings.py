"""The settings: they apply at once and survive a reload."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat import Chat
from tests.scripted_gateway import ScriptedGateway

PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 250, 248)", "rgb(21, 23, 22)"


class Settings:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog")
        self.prompt = page.get_by_test_id("system-prompt")
        self.temperature = page.get_by_test_id("temperature")
        self.max_tokens = page.get_by_test_id("max-tokens")
        self.language = page.get_by_test_id("language")

    async def open(self) -> None:
        await self.page.get_by_test_id("open-settings").click()
        await expect(self.dialog).to_be_visible()

    async def close(self) -> None:
        await self.page.keyboard.press("Escape")
        await expect(self.dialog).to_have_count(0)

    def theme(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"theme-{name}")


@pytest.fixture
async def settings(chat: Chat) -> Settings:
    return Settings(chat.page)


async def test_system_prompt_belongs_to_one_conversation(
    chat: Chat, settings: Settings, gateway: ScriptedGateway
) -> None:
    await settings.open()
    await settings.prompt.fill("Speak like a sailor.")
    await settings.close()
    await chat.ask("Hello")
    assert gateway.requests[-1].json["messages"][0]["content"] == "Speak like a sailor."
    await chat.page.reload()
    await expect(chat.replies).to_have_count(1)
    await settings.open()
    await expect(settings.prompt).to_have_value("Speak like a sailor.")
    async with chat.page.expect_response(lambda response: response.request.method == "PATCH"):
        await settings.prompt.fill("Speak like a judge.")
        await settings.close()
    await chat.ask("And now?")
    assert gateway.requests[-1].json["messages"][0]["content"] == "Speak like a judge."
    await chat.page.get_by_test_id("new-chat").click()
    await settings.open()
    await expect(settings.prompt).to_have_value("")


async def test_answer_options_are_sent_and_kept(
    chat: Chat, settings: Settings, gateway: ScriptedGateway
) -> None:
    await chat.ask("As usual")
    usual = gateway.requests[-1].json
    assert "temperature" not in usual
    await settings.open()
    await settings.temperature.fill("0.2")
    # A value above the limit becomes the limit.
    await expect(settings.max_tokens).to_have_attribute("max", str(usual["max_tokens"]))
    await settings.max_tokens.fill("9999999")
    await expect(settings.max_tokens).to_have_value(str(usual["max_tokens"]))
    await settings.max_tokens.fill("123")
    await settings.close()
    await chat.page.reload()
    await expect(chat.replies).to_have_count(1)
    await chat.ask("Otherwise")
    request = gateway.requests[-1].json
    assert (request["temperature"], request["max_tokens"]) == (0.2, 123)
    await settings.open()
    await chat.page.get_by_role("button", name="Temperature: Reset").click()
    await settings.max_tokens.fill("")
    await settings.close()
    await chat.ask("As usual again")
    assert gateway.requests[-1].json["max_tokens"] == usual["max_tokens"]
    assert "temperature" not in gateway.requests[-1].json


async def test_chosen_theme_overrides_the_systems_from_the_first_paint(
    chat: Chat, settings: Settings
) -> None:
    page = chat.page
    await page.emulate_media(color_scheme="light")
    assert await page.evaluate(PAPER) == LIGHT
    await settings.open()
    await settings.theme("dark").check()
    assert await page.evaluate(PAPER) == DARK
    bars = page.locator('meta[name="theme-color"]')
    assert [await bar.get_attribute("media") for bar in await bars.all()] == ["not all", ""]
    await page.reload()
    await expect(chat.composer).to_be_visible()
    assert await page.evaluate(PAPER) == DARK
    await settings.open()
    await settings.theme("system").check()
    assert await page.evaluate(PAPER) == LIGHT
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(PAPER) == DARK


async def test_budget_shows_used_tokens_and_when_it_resets(chat: Chat, settings: Settings) -> None:
    meter = chat.page.get_by_test_id("budget")
    await settings.open()
    await expect(meter).to_contain_text("of 200,000 tokens used. Resets in")
    before = float(await meter.locator("meter").get_attribute("value") or 0)
    assert before == 0
    await settings.close()
    await chat.ask("Hello")
    await settings.open()
    await expect(meter.locator("meter")).not_to_have_attribute("value", "0")
    await expect(meter).to_contain_text(re.compile(r"in \d+ (hour|minute|second)s?"))


async def test_delete_all_asks_for_confirmation(chat: Chat, settings: Settings) -> None:
    rows = chat.page.get_by_test_id("conversation")
    await chat.ask("Hello")
    await expect(rows).to_have_count(1)
    await settings.open()
    await chat.page.get_by_test_id("delete-all").click()
    await expect(chat.page.get_by_role("button", name="Cancel")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_test_id("delete-all")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await chat.page.get_by_test_id("delete-all-sure").click()
    await expect(settings.dialog).to_contain_text("All conversations were deleted.")
    await settings.close()
    await expect(rows).to_have_count(0)
    await expect(chat.replies).to_have_count(0)
    await chat.page.reload()
    await expect(chat.composer).to_be_visible()
    await expect(rows).to_have_count(0)


async def test_settings_open_and_close_by_keyboard_on_a_phone(
    chat: Chat, settings: Settings
) -> None:
    await chat.page.set_viewport_size({"width": 390, "height": 800})
    await chat.page.get_by_label("Open conversations").click()
    await expect(chat.page.get_by_label("Close conversations")).to_be_focused()
    button = chat.page.get_by_test_id("open-settings")
    await button.focus()
    await chat.page.keyboard.press("Enter")
    await expect(settings.dialog).to_be_visible()
    await settings.close()
    await expect(button).to_be_focused()


async def test_settings_that_fail_to_load_say_so(chat: Chat, settings: Settings) -> None:
    await chat.page.route("**/assets/Settings-*", lambda route: route.abort())
    await chat.page.get_by_test_id("open-settings").click()
    await expect(chat.page.get_by_test_id("history-notice")).to_contain_text("could not be loaded")
    await expect(chat.composer).to_be_enabled()
