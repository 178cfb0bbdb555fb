"""An incomplete reply continues as the same reply."""

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import Script, ScriptedGateway, in_turn, livepeer

PART = ["Once upon", " a time"]


@pytest.mark.parametrize(
    ("outcome", "broken"),
    [
        ("length", livepeer.reply(PART, "length")),
        ("truncated", livepeer.stream(*livepeer.deltas(PART))),
    ],
)
async def test_continuation_joins_without_a_visible_break(
    chat: Chat, gateway: ScriptedGateway, outcome: str, broken: Script
) -> None:
    gateway.script = in_turn(broken, livepeer.reply([" there was", " a sea."]))
    await chat.ask("Tell a story.")
    await expect(chat.page.locator(f'[data-outcome="{outcome}"]')).to_have_count(1)
    await chat.page.get_by_test_id("continue").click()
    await expect(chat.page.locator('[data-outcome="complete"]')).to_have_count(1)
    whole = ("Tell a story.", "Once upon a time there was a sea.")
    await chat.shows(*whole)
    await chat.page.reload()
    await chat.shows(*whole)


async def test_stopped_reply_continues_across_a_reload(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    first, rest = slow_reply("Once upon", " never"), slow_reply(" a time", " there was a sea.")
    gateway.script = in_turn(first.script, rest.script)
    await chat.send("Tell a story.")
    await expect(chat.text(chat.live)).to_have_text("Once upon")
    await chat.stop_button.click()
    await chat.page.get_by_test_id("continue").click()
    await expect(chat.text(chat.live)).to_have_text("Once upon a time")
    await chat.page.reload()
    await expect(chat.text(chat.live)).to_have_text("Once upon a time")
    for gate in rest.gates:
        gate.open()
    await chat.idle()
    await chat.shows("Tell a story.", "Once upon a time there was a sea.")
