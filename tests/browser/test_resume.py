"""An answer continues after a reload and in a second tab."""

import asyncio

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import ScriptedGateway


async def test_reload_during_an_answer_leaves_no_gap_and_no_repeat(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    slow = slow_reply("The sea 🌊 is", " wide,", " and it is", " deep.")
    gateway.script = slow.script
    await chat.send("Tell me about the sea.")
    await expect(chat.text(chat.live)).to_have_text("The sea 🌊 is")
    slow.gates[0].open()
    await expect(chat.text(chat.live)).to_have_text("The sea 🌊 is wide,")
    # Part of the text then comes with the conversation, and part with the resumed stream.
    await chat.saved("The sea 🌊 is wide,")
    await chat.page.reload()
    await expect(chat.text(chat.live)).to_have_text("The sea 🌊 is wide,")
    slow.gates[1].open()
    await expect(chat.text(chat.live)).to_have_text("The sea 🌊 is wide, and it is")
    slow.gates[2].open()
    slow.gates[3].open()
    await chat.idle()
    await chat.shows("Tell me about the sea.", "The sea 🌊 is wide, and it is deep.")
    await chat.page.reload()
    await chat.shows("Tell me about the sea.", "The sea 🌊 is wide, and it is deep.")
    assert len(gateway.requests) == 1


async def test_two_tabs_show_the_same_text_while_streaming(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    slow = slow_reply("One", " two", " three")
    gateway.script = slow.script
    await chat.send("Count.")
    await expect(chat.text(chat.live)).to_have_text("One")
    await chat.saved("One")
    other = await chat.second_tab()
    tabs = (chat, other)
    for gate, text in zip(slow.gates, ("One", "One two", "One two three"), strict=True):
        await asyncio.gather(*(expect(tab.text(tab.live)).to_have_text(text) for tab in tabs))
        gate.open()
    for tab in tabs:
        await tab.idle()
        await tab.shows("Count.", "One two three")
    assert len(gateway.requests) == 1
