"""The page in other languages, one of them right-to-left."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import is_clean
from tests.browser.chat import Chat
from tests.browser.conftest import Site
from tests.browser.slow import slow_reply
from tests.browser.test_reading import no_sideways
from tests.scripted_gateway import ScriptedGateway, livepeer

LEFT = "element => element.getBoundingClientRect().left"


async def choose(page: Page, language: str) -> None:
    await page.get_by_test_id("open-settings").click()
    await page.get_by_test_id("language").focus()
    await page.get_by_test_id("language").select_option(language)
    await expect(page.locator("html")).to_have_attribute("lang", language)


async def in_arabic(chat: Chat, width: int) -> Page:
    page = chat.page
    await page.set_viewport_size({"width": 1280, "height": 800})
    await choose(page, "ar")
    await page.keyboard.press("Escape")
    await page.set_viewport_size({"width": width, "height": 800})
    return page


@pytest.mark.parametrize(
    ("locale", "title", "catalogues"),
    [
        ("en-GB", "What would you like to talk about?", []),
        ("de-AT", "Worüber möchtest du sprechen?", ["de"]),
        ("ar-EG", "عمّ تودّ أن تتحدث؟", ["ar"]),
        ("fr-FR", "What would you like to talk about?", []),
    ],
)
async def test_page_uses_the_browsers_language_and_loads_no_other(
    site: Site, gateway: ScriptedGateway, page: Page, locale: str, title: str, catalogues: list[str]
) -> None:
    assert page.context.browser
    context = await page.context.browser.new_context(locale=locale, service_workers="block")
    visit = await context.new_page()
    files: list[str] = []
    visit.on("request", lambda request: files.append(request.url.rsplit("/", 1)[-1]))
    await visit.goto(site.page_url)
    await expect(visit.get_by_role("heading", level=2).first).to_have_text(title)
    loaded = [name for name in ("de", "ar") for file in files if file.startswith(f"{name}-")]
    assert loaded == catalogues


async def test_chosen_language_applies_at_once_and_after_a_reload(chat: Chat) -> None:
    page = chat.page
    await chat.ask("Hello")
    await choose(page, "de")
    await expect(page.get_by_role("dialog")).to_contain_text("Einstellungen")
    await expect(page.get_by_test_id("language")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("new-chat")).to_have_text("Neuer Chat")
    await expect(page.get_by_label("Aktionen für „Hello“")).to_have_count(1)
    await expect(page.get_by_test_id("details")).to_contain_text("Vollständig")
    await page.reload()
    await expect(page.get_by_test_id("new-chat")).to_have_text("Neuer Chat")
    await choose(page, "en")
    await expect(page.get_by_test_id("new-chat")).to_have_text("New chat")


async def test_language_that_fails_to_load_changes_nothing(chat: Chat) -> None:
    page = chat.page
    await page.route("**/assets/de-*", lambda route: route.abort())
    await page.get_by_test_id("open-settings").click()
    await page.get_by_test_id("language").select_option("de")
    await expect(page.get_by_role("dialog")).to_contain_text("could not be loaded")
    await expect(page.get_by_test_id("language")).to_have_value("en")
    await expect(page.get_by_test_id("new-chat")).to_have_text("New chat")


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
async def test_right_to_left_page_does_not_scroll_sideways(
    chat: Chat, gateway: ScriptedGateway, width: int
) -> None:
    page = await in_arabic(chat, width)
    await no_sideways(page)
    await is_clean(page, f"empty at {width}")
    gateway.script = livepeer.stream(
        *livepeer.deltas(["# عنوان\n\nنص ", "W" * 300, "\n\n```\n", "x" * 300, "\n```"])
    )
    await chat.ask("سؤال " + "V" * 300)
    await expect(page.locator('[data-outcome="truncated"]')).to_be_visible()
    await no_sideways(page)
    await is_clean(page, f"answer at {width}")
    if width < 768:
        await page.locator(".page-head button").first.click()
    await expect(page.get_by_test_id("conversation")).to_be_in_viewport()
    assert await page.locator(".sidebar").evaluate(LEFT) > 0
    await no_sideways(page)
    await page.get_by_test_id("open-settings").click()
    await expect(page.get_by_test_id("budget")).to_be_visible()
    assert await page.get_by_role("dialog").evaluate("it => it.scrollWidth - it.clientWidth") == 0
    await is_clean(page, f"settings at {width}")


async def test_each_text_has_its_own_direction(chat: Chat, gateway: ScriptedGateway) -> None:
    await in_arabic(chat, 1280)
    gateway.script = livepeer.reply(["An answer in English.\n\n", "وفقرة بالعربية."])
    await chat.ask("Why?")
    direction = "element => getComputedStyle(element).direction"
    assert await chat.text(chat.questions).evaluate(direction) == "ltr"
    paragraphs = chat.text(chat.replies).locator("p")
    await expect(paragraphs).to_have_count(2)
    assert [await each.evaluate(direction) for each in await paragraphs.all()] == ["ltr", "rtl"]
    assert await chat.composer.evaluate(direction) == "rtl"
    await chat.composer.fill("English")
    assert await chat.composer.evaluate(direction) == "ltr"


async def test_jump_button_and_menu_stay_on_the_screen(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    page = await in_arabic(chat, 390)
    slow = slow_reply("فقرة\n\n" * 60, "نهاية")
    gateway.script = slow.script
    await chat.send("تكلّم")
    await expect(chat.live.locator("p").nth(59)).to_be_attached()
    await page.locator("#thread").hover()
    await page.mouse.wheel(0, -400)
    jump = page.get_by_test_id("jump")
    await expect(jump).to_be_in_viewport(ratio=1)
    await jump.click()
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await page.get_by_test_id("model-picker").click()
    await expect(page.get_by_test_id("open-menu")).to_be_in_viewport(ratio=1)
