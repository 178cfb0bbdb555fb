"""The provider's answers: cancelled, foreign or refused."""

from urllib.parse import parse_qs, urlsplit

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.sign_in.conftest import SignInSite
from tests.browser.sign_in.person import ANNA, BEN, sign_in, stored
from tests.oidc import OidcProvider


async def test_cancelled_sign_in_changes_nothing(chat: Chat) -> None:
    page = chat.page
    await chat.ask("Before")
    await sign_in(page, "Cancel")
    await expect(page.get_by_test_id("history-notice")).to_contain_text("cancelled or refused")
    await expect(page.get_by_test_id("conversation")).to_have_text(["Before"])
    assert "?" not in page.url


async def test_sign_in_started_elsewhere_is_refused(
    site: SignInSite, chat: Chat, provider: OidcProvider
) -> None:
    page = chat.page
    notice = page.get_by_test_id("history-notice")
    granted = provider.access_granted
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url(f"{provider.issuer}/**")
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert "code_verifier" not in query
    # An attacker's code: with it the person would write into the attacker's account.
    for state in ("", "another"):
        foreign = provider.decide({**query, "state": state}, BEN)
        await page.goto(foreign)
        await expect(notice).to_contain_text("not started in this tab")
        await expect(page.get_by_test_id("sign-in")).to_be_visible()
        assert "code=" not in page.url
    # After a refused one, the real answer is refused too.
    await page.goto(provider.decide(query, ANNA))
    await expect(notice).to_contain_text("not started in this tab")
    assert provider.access_granted == granted


async def test_refused_code_signs_nobody_in(chat: Chat, provider: OidcProvider) -> None:
    page = chat.page
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url(f"{provider.issuer}/**")
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    answer = provider.decide({**query, "code_challenge": "of-another-verifier"}, ANNA)
    await page.goto(answer)
    await expect(page.get_by_test_id("history-notice")).to_be_visible()
    assert await stored(page, "account") is None


async def test_policy_allows_the_provider(
    site: SignInSite, chat: Chat, provider: OidcProvider
) -> None:
    console: list[str] = []
    chat.page.on("console", lambda message: console.append(message.text))
    await sign_in(chat.page)
    await expect(chat.page.get_by_test_id("open-settings")).to_contain_text(ANNA)
    assert not [text for text in console if "Content Security" in text]
    response = await chat.page.request.get(site.page_url)
    assert provider.issuer in response.headers["content-security-policy"]
