"""Whose conversations show before, during and after a sign-in."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.axe import is_clean
from tests.browser.chat import Chat
from tests.browser.sign_in.conftest import SignInSite
from tests.browser.sign_in.person import ANNA, BEN, sign_in
from tests.oidc import OidcProvider


async def test_sign_in_claims_earlier_conversations(
    site: SignInSite, chat: Chat, provider: OidcProvider
) -> None:
    page = chat.page
    await chat.ask("Before")
    anonymous = await page.evaluate("localStorage.getItem('session')")
    address = page.url
    await sign_in(page)
    await expect(chat.text(chat.questions)).to_have_text("Before")
    assert page.url == address
    await expect(page.get_by_test_id("open-settings")).to_contain_text(ANNA)
    await expect(page.get_by_test_id("sign-in")).to_have_count(0)
    await expect(page.get_by_test_id("conversation")).to_have_text(["Before"])
    await page.get_by_test_id("open-settings").click()
    await expect(page.get_by_test_id("account")).to_have_text(f"Signed in as {ANNA}.")
    await page.get_by_test_id("sign-out").click()
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert urlsplit(page.url)._replace(fragment="").geturl() == f"{site.page_url}/"
    await expect(page.get_by_test_id("conversation")).to_have_count(0)
    # The page may have started a new anonymous session already.
    assert set(await page.evaluate("Object.keys(localStorage)")) <= {"answers", "session"}
    assert await page.evaluate("localStorage.getItem('session')") != anonymous
    assert provider.remembered == 0
    # As on another device.
    await sign_in(page)
    await expect(page.get_by_test_id("conversation")).to_have_text(["Before"])


async def test_people_do_not_see_each_others_conversations(chat: Chat) -> None:
    page = chat.page
    await sign_in(page, "Ben")
    await expect(page.get_by_test_id("open-settings")).to_contain_text(BEN)
    await chat.ask("Ben's own")
    await expect(page.get_by_test_id("conversation")).to_have_text(["Ben's own"])
    await page.get_by_test_id("open-settings").click()
    await page.get_by_test_id("sign-out").click()
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await sign_in(page)
    await expect(page.get_by_test_id("open-settings")).to_contain_text(ANNA)
    await expect(page.get_by_test_id("conversation").filter(has_text="Ben")).to_have_count(0)


async def test_signing_out_in_one_tab_signs_out_the_others(chat: Chat) -> None:
    await sign_in(chat.page, "Ben")
    await expect(chat.page.get_by_test_id("open-settings")).to_contain_text(BEN)
    await chat.ask("Mine")
    other = await chat.second_tab()
    await expect(other.text(other.questions)).to_have_text("Mine")
    await chat.page.get_by_test_id("open-settings").click()
    await chat.page.get_by_test_id("sign-out").click()
    await expect(other.page.get_by_test_id("sign-in")).to_be_visible()
    await expect(other.questions).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
async def test_sign_in_and_out_are_accessible(chat: Chat, width: int) -> None:
    page = chat.page
    await page.emulate_media(reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": 800})
    for who in ("nobody", ANNA):
        if width < 768:
            await page.get_by_label("Open conversations").click()
            await expect(page.get_by_label("Close conversations")).to_be_focused()
        await is_clean(page, f"sidebar of {who}")
        await page.get_by_test_id("open-settings").click()
        await expect(page.get_by_test_id("account")).to_be_visible()
        await is_clean(page, f"settings of {who}")
        if who == "nobody":
            await page.get_by_test_id("settings-sign-in").click()
            await page.get_by_role("button", name="Anna").click()
            await expect(page.get_by_test_id("open-settings")).to_contain_text(ANNA)
