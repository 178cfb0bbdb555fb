"""Scrolling, screen reader announcements, and screen sizes."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.local.polling import until
from tests.scripted_gateway import ScriptedGateway, livepeer

LINES = "\n\n".join(f"Paragraph {number} of a long answer." for number in range(60))
TO_END = "box => box.scrollHeight - box.clientHeight - box.scrollTop"


async def test_page_follows_the_answer_until_the_person_scrolls_up(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    slow = slow_reply(LINES, LINES, "\n\nEnd.")
    gateway.script = slow.script
    box = chat.page.locator("#thread")
    jump = chat.page.get_by_test_id("jump")
    await chat.send("Talk.")
    await expect(chat.live).to_contain_text("Paragraph 59")

    async def is_far_down() -> bool:
        return float(await box.evaluate("box => box.scrollTop")) > 500

    await until(is_far_down)
    await expect(jump).to_have_count(0)
    assert await box.evaluate(TO_END) < 20
    await box.hover()
    await chat.page.mouse.wheel(0, -400)
    await expect(jump).to_be_visible()
    place = await box.evaluate("box => box.scrollTop")
    slow.gates[0].open()
    await expect(chat.replies.get_by_text("Paragraph 59")).to_have_count(2)
    assert await box.evaluate("box => box.scrollTop") == pytest.approx(place, abs=2)
    await jump.click()
    await expect(jump).to_have_count(0)
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await expect(chat.replies.get_by_text("End.", exact=True)).to_be_in_viewport()


async def test_answer_is_announced_by_sentences_and_its_end_too(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    first = ["The sea ", "is wide ", "and deep. ", "It is ", "salty."]
    slow = slow_reply(*first)
    gateway.script = slow.script
    heard = chat.page.get_by_test_id("announcer")
    await chat.send("Talk.")
    await expect(chat.live).to_have_attribute("aria-busy", "true")
    for gate in slow.gates[:2]:
        gate.open()
    await expect(chat.text(chat.live)).to_have_text("The sea is wide and deep.")
    await expect(heard.locator("p")).to_have_text(["The sea is wide and deep."])
    for gate in slow.gates:
        gate.open()
    await expect(heard.locator("p")).to_have_text(
        ["The sea is wide and deep.", "It is salty. End of the answer."]
    )


# 640 is a window of 1280 at 200 % zoom; 320 is the narrowest width of WCAG 1.4.10 (reflow).
@pytest.mark.parametrize("width", [320, 390, 640, 1280])
async def test_nothing_scrolls_sideways(chat: Chat, gateway: ScriptedGateway, width: int) -> None:
    await chat.page.set_viewport_size({"width": width, "height": 720})
    await expect(chat.composer).to_be_visible()
    await no_sideways(chat.page)
    gateway.script = livepeer.stream(*livepeer.deltas(["W" * 300, "\n\n```\n", "x" * 300, "\n```"]))
    await chat.ask("V" * 300)
    await expect(chat.page.locator('[data-outcome="truncated"]')).to_be_visible()
    await no_sideways(chat.page)


async def no_sideways(page: Page) -> None:
    for selector in ("html", "#thread"):
        box = page.locator(selector)
        assert await box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0


async def test_reduced_motion_stops_all_animation(chat: Chat, gateway: ScriptedGateway) -> None:
    await chat.page.emulate_media(reduced_motion="reduce")
    slow = slow_reply("One", " two")
    gateway.script = slow.script
    await chat.send("Talk.")
    await expect(chat.text(chat.live)).to_have_text("One")
    moving = "document.getAnimations().filter(each => each.playState === 'running').length"
    assert await chat.page.evaluate(moving) == 0
    for gate in slow.gates:
        gate.open()
