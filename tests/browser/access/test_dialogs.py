"""axe-core finds nothing in the list, menus and dialogs."""

from playwright.async_api import expect

from tests.browser.access.phone import open_sidebar
from tests.browser.axe import is_clean, violations
from tests.browser.chat import Chat


async def test_conversation_list_and_its_menu(looking: Chat) -> None:
    chat, page = looking, looking.page
    await chat.ask("Tides of the sea")
    await open_sidebar(chat)
    row = page.get_by_test_id("conversation")
    await expect(row).to_have_count(1)
    await is_clean(page, "list")
    await page.get_by_test_id("search").fill("sea")
    await expect(page.get_by_test_id("search-reach")).to_be_visible()
    await is_clean(page, "search")
    await page.get_by_test_id("search").fill("")
    await row.hover()
    await row.get_by_test_id("menu").click()
    await expect(page.get_by_test_id("rename")).to_be_focused()
    await is_clean(page, "menu")
    await page.get_by_test_id("rename").click()
    await expect(page.get_by_test_id("rename-field")).to_be_focused()
    await is_clean(page, "rename")
    await page.keyboard.press("Escape")
    await row.hover()
    await row.get_by_test_id("menu").click()
    await page.get_by_test_id("delete").click()
    await expect(page.get_by_test_id("undo-notice")).to_be_visible()
    await is_clean(page, "undo")


async def test_dialogs_and_model_menu(looking: Chat) -> None:
    chat, page = looking, looking.page
    await page.get_by_test_id("model-picker").click()
    await expect(page.get_by_test_id("model").first).to_be_visible()
    await is_clean(page, "models")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+/")
    await expect(page.get_by_test_id("help")).to_be_visible()
    await is_clean(page, "help")
    await page.keyboard.press("Escape")
    await open_sidebar(chat)
    await page.get_by_test_id("open-settings").click()
    await expect(page.get_by_test_id("budget")).to_be_visible()
    await is_clean(page, "settings")
    await page.get_by_test_id("delete-all").click()
    await is_clean(page, "deleting all")
    await page.get_by_test_id("language").select_option("ar")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await is_clean(page, "settings in Arabic")


async def test_axe_finds_planted_violations(chat: Chat) -> None:
    await chat.page.evaluate("""() => {
      document.querySelector(".welcome h2").style.color = "#ddd";
      document.querySelector("textarea").removeAttribute("aria-label");
    }""")
    found = "\n".join(await violations(chat.page))
    assert "color-contrast" in found
    assert "label" in found
