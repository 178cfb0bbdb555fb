"""The page in the system's colours."""

from playwright.async_api import expect

from tests.browser.chat import Chat

STYLE = "(element, name) => getComputedStyle(element)[name]"


async def test_forced_colors_replace_backgrounds_with_lines(chat: Chat) -> None:
    page = chat.page
    await page.emulate_media(forced_colors="active")
    await chat.ask("Hello")
    assert await chat.text(chat.questions).evaluate(STYLE, "borderTopStyle") == "solid"
    row = page.get_by_test_id("conversation")
    await expect(row).to_have_attribute("data-open", "true")
    assert await row.evaluate(STYLE, "outlineStyle") == "solid"
    await page.get_by_test_id("open-settings").click()
    chosen = page.locator(".choice", has=page.locator(":checked"))
    assert await chosen.evaluate(STYLE, "outlineStyle") == "solid"
