"""Tokens that expire, and sign-ins that end."""

import asyncio

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.sign_in.person import ANNA, sign_in, stored
from tests.oidc import OidcProvider

# Makes the stored access token look expired.
EXPIRE = """
() => {
  const account = JSON.parse(localStorage.getItem("account"));
  localStorage.setItem("account", JSON.stringify({ ...account, expires: 1 }));
}
"""


async def test_access_token_is_renewed_in_the_background_by_one_tab_only(
    chat: Chat, provider: OidcProvider
) -> None:
    await sign_in(chat.page)
    await expect(chat.page.get_by_test_id("open-settings")).to_contain_text(ANNA)
    await chat.ask("One")
    other = await chat.second_tab()
    await expect(other.replies).to_have_count(1)
    first, granted = await stored(chat.page, "account"), provider.access_granted
    await chat.page.evaluate(EXPIRE)
    # The provider accepts a refresh token once: if both tabs sent it, one would be signed out.
    await asyncio.gather(chat.page.reload(), other.page.reload())
    for tab in (chat, other):
        await expect(tab.replies).to_have_count(1)
    await other.ask("Two")
    later = await stored(chat.page, "account")
    assert first
    assert later
    assert later["access"] != first["access"]
    assert provider.access_granted == granted + 1


async def test_ended_sign_in_says_so_and_keeps_the_draft(
    chat: Chat, provider: OidcProvider
) -> None:
    page = chat.page
    await sign_in(page)
    await expect(page.get_by_test_id("open-settings")).to_contain_text(ANNA)
    provider.forget()
    await page.evaluate(EXPIRE)
    await chat.send("Am I still here?")
    await expect(chat.error).to_contain_text("Your sign-in has ended.")
    await expect(chat.composer).to_have_value("Am I still here?")
    await sign_in(page)
    await expect(chat.composer).to_have_value("Am I still here?")
    await chat.page.get_by_test_id("send").click()
    await expect(chat.replies).to_have_count(1)


async def test_sign_in_without_a_refresh_token_lasts_as_long_as_the_access_token(
    chat: Chat, provider: OidcProvider
) -> None:
    provider.refreshes = False
    provider.lasts_s = 45
    await sign_in(chat.page)
    await chat.ask("Hello")
    account = await stored(chat.page, "account")
    assert account
    assert account["refresh"] is None
