"""Markdown in answers, during streaming and after."""

import pytest
from playwright.async_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import ScriptedGateway, livepeer

CODE = "def f():\n    return 1"


async def test_code_can_be_copied_while_streaming(chat: Chat, gateway: ScriptedGateway) -> None:
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    slow = slow_reply("# Code\n\n```python\n", CODE, "\nprint(f())\n```\n\nThat was it.")
    slow.gates[0].open()
    gateway.script = slow.script
    await chat.send("Write code.")
    await expect(chat.live.locator(".code-keyword")).to_have_text(["def", "return"])
    copy = chat.live.get_by_test_id("copy-code")
    await copy.click()
    await expect(copy).to_have_text("Copied")
    assert await chat.page.evaluate("navigator.clipboard.readText()") == CODE
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await expect(chat.replies.locator(".code-keyword")).to_have_text(["def", "return"])
    await expect(chat.replies.locator(".markdown p").first).to_have_text("That was it.")


async def test_end_of_an_answer_keeps_its_elements(chat: Chat, gateway: ScriptedGateway) -> None:
    slow = slow_reply("First paragraph.\n\nSecond", " paragraph.")
    gateway.script = slow.script
    await chat.send("Go on.")
    first = await chat.live.locator(".markdown p").first.element_handle()
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await expect(chat.replies.locator(".markdown p")).to_have_count(2)
    assert first
    assert await first.evaluate("(element) => element.isConnected")


async def test_answer_is_plain_text_if_the_parser_fails_to_load(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    async def refuse(route: Route) -> None:
        await route.abort()

    await chat.page.route("**/assets/Markdown-*.js", refuse)
    gateway.script = livepeer.reply(["**bold**", " words"])
    await chat.ask("Go on.")
    await chat.shows("Go on.", "**bold** words")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_wide_content_does_not_scroll_the_page_sideways(
    chat: Chat, gateway: ScriptedGateway, width: int, scheme: str
) -> None:
    await chat.page.set_viewport_size({"width": width, "height": 800})
    await chat.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    row = "| " + " | ".join(f"column number {number}" for number in range(20)) + " |\n"
    table = row + "|---" * 20 + "|\n" + row
    code = "```\n" + "x" * 2_000 + "\n```\n"
    gateway.script = livepeer.reply(
        [table, "\n", code, "\n", "y" * 2_000, "\n\n`", "z" * 2_000, "`"]
    )
    await chat.ask("Go on.")
    overflow = "() => document.documentElement.scrollWidth - innerWidth"
    assert await chat.page.evaluate(overflow) <= 0
    inside = """
    () => [...document.querySelectorAll(".thread, .message-text, .message-text > div")]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => element.outerHTML)
    """
    assert await chat.page.evaluate(inside) == []
