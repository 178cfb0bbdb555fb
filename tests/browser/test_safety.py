"""Text from a model or a person never runs, loads or connects to anything."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Dialog, Request, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Site
from tests.browser.payloads import PAYLOADS
from tests.scripted_gateway import ScriptedGateway, livepeer

# All elements that Markdown may become.
ELEMENTS = re.compile(
    "div|p|strong|em|del|code|pre|span|br|a|ul|ol|li|blockquote|hr|h[2-6]|"
    "table|thead|tbody|tr|th|td|figure|figcaption|button|svg|path"
)

FOUND = """
() => [...document.querySelectorAll(".message-text *")].map((element) => ({
  tag: element.localName,
  attributes: element.getAttributeNames(),
  href: element.getAttribute("href"),
}))
"""


@dataclass
class Watch:
    """Records what must not happen."""

    hosts: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).hostname or request.url)

    async def note_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()

    def note_message(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            self.violations.append(message.text)


@pytest.fixture
async def watch(chat: Chat) -> AsyncIterator[Watch]:
    watch = Watch()
    chat.page.context.on("request", watch.note_request)
    chat.page.context.on("dialog", watch.note_dialog)
    chat.page.context.on("console", watch.note_message)
    await chat.page.reload()
    yield watch
    assert watch.hosts == {"127.0.0.1"}
    assert watch.dialogs == []
    assert watch.violations == []


@pytest.mark.parametrize("part", range(6))
async def test_payloads_streamed_one_character_at_a_time_do_nothing(
    chat: Chat, gateway: ScriptedGateway, watch: Watch, part: int
) -> None:
    for payload in PAYLOADS[part::6]:
        gateway.script = livepeer.reply(payload)
        await chat.ask("Go on.")
        for element in await chat.page.evaluate(FOUND):
            assert ELEMENTS.fullmatch(element["tag"]), payload
            assert not any(name.startswith("on") for name in element["attributes"]), payload
            assert "style" not in element["attributes"], payload
            assert element["href"] is None or element["href"].startswith("https://"), payload
    await chat.page.reload()
    await expect(chat.replies).to_have_count(len(PAYLOADS[part::6]))


async def test_a_persons_text_is_text_everywhere(
    chat: Chat, gateway: ScriptedGateway, watch: Watch
) -> None:
    text = "<img src=x onerror=alert(1)> **not bold**"
    await chat.ask(text)
    await expect(chat.text(chat.questions)).to_have_text(text)
    await expect(chat.page.get_by_test_id("conversation-list")).to_contain_text(text)
    assert text in await chat.page.title()


async def test_links_send_no_referrer_and_show_their_host(
    chat: Chat, gateway: ScriptedGateway, watch: Watch
) -> None:
    gateway.script = livepeer.reply(
        ["[words](https://foreign.example/a) ![pixel](https://foreign.example/p)"]
    )
    await chat.ask("Go on.")
    links = chat.replies.locator("a")
    await expect(links).to_have_text(["words (foreign.example)", "pixel (foreign.example)"])
    for link in await links.all():
        assert await link.get_attribute("rel") == "noopener noreferrer nofollow"


async def test_policy_is_enforced(site: Site, chat: Chat) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        policy = (await http.get(site.page_url)).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    refused = """
    () => {
      const refused = [];
      for (const sink of [
        () => { document.body.innerHTML = "<p>"; },
        () => { document.createElement("script").text = "1"; },
        () => trustedTypes.createPolicy("another", {}),
      ]) {
        try { sink(); } catch (error) { refused.push(error.name); }
      }
      return refused;
    }
    """
    assert await chat.page.evaluate(refused) == ["TypeError"] * 3
