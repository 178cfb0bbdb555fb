"""The list of conversations: search, rename, export, delete, undo."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat import Chat
from tests.scripted_gateway import ScriptedGateway

TITLES = ("Tides of the sea", "Dinner plan")


class History:
    def __init__(self, chat: Chat) -> None:
        self.page = chat.page
        self.rows = chat.page.get_by_test_id("conversation")
        self.undo = chat.page.get_by_test_id("undo")
        self.search = chat.page.get_by_test_id("search")

    def row(self, title: str) -> Locator:
        return self.rows.filter(has_text=title)

    async def choose(self, title: str, action: str) -> None:
        row = self.row(title)
        await row.hover()
        await row.get_by_test_id("menu").click()
        await self.page.get_by_test_id(action).click()

    async def shows(self, *titles: str) -> None:
        await expect(self.rows).to_have_text(list(titles))


@pytest.fixture(params=[1280, 390])
async def history(chat: Chat, gateway: ScriptedGateway, request: pytest.FixtureRequest) -> History:
    """Two conversations, the newer one on the screen. On a phone the drawer is open."""
    for title in reversed(TITLES):
        await chat.page.goto(f"{chat.page.url.split('#')[0]}#/")
        await expect(chat.replies).to_have_count(0)
        await chat.ask(title)
    await chat.page.set_viewport_size({"width": request.param, "height": 800})
    if request.param < 1000:
        await chat.page.get_by_label("Open conversations").click()
        await expect(chat.page.get_by_label("Close conversations")).to_be_focused()
    history = History(chat)
    await history.shows(*TITLES)
    return history


async def test_conversations_are_grouped_by_day_and_open_by_address(
    chat: Chat, history: History
) -> None:
    await expect(chat.page.get_by_role("region", name="Today")).to_have_count(1)
    await history.row("Dinner plan").get_by_role("link").click()
    await expect(chat.text(chat.questions)).to_have_text("Dinner plan")
    other = await chat.second_tab()
    await expect(other.text(other.questions)).to_have_text("Dinner plan")


async def test_new_title_survives_a_reload(chat: Chat, history: History) -> None:
    await history.choose("Dinner plan", "rename")
    field = chat.page.get_by_test_id("rename-field")
    await field.fill("Supper")
    await field.press("Enter")
    await history.shows("Tides of the sea", "Supper")
    await history.choose("Tides of the sea", "rename")
    await field.fill("Nothing of it")
    await field.press("Escape")
    await history.shows("Tides of the sea", "Supper")
    async with chat.page.expect_response("**/api/start*"):
        await chat.page.reload()
    await history.shows("Tides of the sea", "Supper")


async def test_deletion_can_be_undone(chat: Chat, history: History) -> None:
    await history.choose("Tides of the sea", "delete")
    await history.shows("Dinner plan")
    await expect(chat.questions).to_have_count(0)
    await history.undo.click()
    await history.shows(*TITLES)
    await expect(chat.text(chat.questions)).to_have_text("Tides of the sea")
    await chat.page.reload()
    await history.shows(*TITLES)


async def test_leaving_the_page_makes_a_deletion_final(chat: Chat, history: History) -> None:
    await history.choose("Dinner plan", "delete")
    await history.shows("Tides of the sea")
    for _ in range(2):
        await chat.page.reload()
        await history.shows("Tides of the sea")


@pytest.mark.parametrize(("kind", "start"), [("md", "# Dinner plan"), ("json", "{")])
async def test_export_is_a_file_with_the_conversation(
    chat: Chat, history: History, kind: str, start: str
) -> None:
    async with chat.page.expect_download() as downloading:
        await history.choose("Dinner plan", f"export-{kind}")
    download = await downloading.value
    assert download.suggested_filename == f"Dinner plan.{kind}"
    text = (await download.path()).read_text()
    assert text.startswith(start)
    assert "Dinner plan" in text


async def test_search_shows_how_much_it_searched(chat: Chat, history: History) -> None:
    await history.search.fill("SEA")
    await history.shows("Tides of the sea")
    reach = chat.page.get_by_test_id("search-reach")
    await expect(reach).to_contain_text("Searched the titles of all 2 conversations.")
    await history.search.fill("elephant")
    await expect(reach).to_contain_text("No title contains these words.")
    await history.search.fill("")
    await history.shows(*TITLES)


async def test_menu_works_by_keyboard(chat: Chat, history: History) -> None:
    button = history.row("Dinner plan").get_by_test_id("menu")
    await button.focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_test_id("rename")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_test_id("open-menu")).to_have_count(0)
    await expect(button).to_be_focused()
    await expect(history.rows.first).to_be_visible()
