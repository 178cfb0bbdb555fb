"""Signing in at a provider and out again: whose conversations show, and what stays stored."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from local.cloud import LocalCloud, Options
from tests.background import Background
from tests.browser.axe import is_clean
from tests.browser.chat import Chat
from tests.browser.conftest import free_port
from tests.oidc import CLIENT, OidcProvider
from tests.scripted_gateway import MODES, ScriptedGateway

ANNA, BEN = "anna@example.org", "ben@example.org"


@dataclass(frozen=True, slots=True)
class SignInSite:
    page_url: str
    provider: OidcProvider
    gateway_port: int


@pytest.fixture(scope="module")
def site(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInSite]:
    """A separate cloud whose functions accept the provider's tokens."""
    port = free_port()
    provider = OidcProvider()
    with background.running(provider.running()):
        options = Options(
            state=tmp_path_factory.mktemp("sign-in"),
            settings={
                "LIVEPEER_GATEWAY_URL": f"http://127.0.0.1:{port}",
                "OIDC_ISSUER": provider.issuer,
                "OIDC_CLIENT_ID": CLIENT,
                "REQUESTS_PER_MINUTE": "10000",
            },
            warmup=False,
        )
        with background.running(LocalCloud(options)) as cloud:
            provider.redirect_uri = f"{cloud.page_url}/"
            yield SignInSite(cloud.page_url, provider, port)


@pytest.fixture
def provider(site: SignInSite) -> Iterator[OidcProvider]:
    yield site.provider
    site.provider.lasts_s = OidcProvider.lasts_s
    site.provider.refreshes = OidcProvider.refreshes


@pytest.fixture
async def gateway(site: SignInSite) -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway(MODES["normal"].script, port=site.gateway_port) as gateway:
        yield gateway


@pytest.fixture
async def chat(site: SignInSite, gateway: ScriptedGateway, page: Page) -> Chat:
    chat = Chat(page)
    await chat.open(site.page_url)
    return chat


async def sign_in(page: Page, who: str = "Anna") -> None:
    await page.get_by_test_id("sign-in").click()
    await page.get_by_role("button", name=who).click()


async def stored(page: Page, key: str) -> dict[str, object] | None:
    value = await page.evaluate("(key) => localStorage.getItem(key)", key)
    return json.loads(value) if value else None


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
