"""Stop ends a reply here, at the gateway, and after a reload."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import End, Script, ScriptedGateway

# The promise is 2 s; the machine may be busy.
STOPPED_S = 10


@pytest.mark.parametrize("how", ["button", "Escape"])
async def test_stopped_reply_ends_at_the_gateway_and_stays_stopped(
    chat: Chat, gateway: ScriptedGateway, how: str
) -> None:
    slow = slow_reply("As far as", " never heard")
    gateway.script = slow.script
    await chat.send("Talk.")
    await expect(chat.text(chat.live)).to_have_text("As far as")
    if how == "button":
        await chat.stop_button.click()
    else:
        await chat.page.keyboard.press("Escape")
    request = await gateway.request()
    async with asyncio.timeout(STOPPED_S):
        await request.cancelled.wait()
    await chat.idle()
    stopped = chat.page.locator('[data-outcome="stopped"]')
    await expect(stopped).to_contain_text("Stopped by you.")
    await expect(chat.error).to_have_count(0)
    await expect(chat.composer).to_be_focused()
    await chat.shows("Talk.", "As far as")
    await chat.page.reload()
    await expect(stopped).to_have_count(1)
    await chat.shows("Talk.", "As far as")


async def test_stop_before_the_first_token(chat: Chat, gateway: ScriptedGateway) -> None:
    gateway.script = Script(end=End.HANG)
    await chat.send("Talk.")
    request = await gateway.request()
    await chat.stop_button.click()
    async with asyncio.timeout(STOPPED_S):
        await request.cancelled.wait()
    await expect(chat.page.locator('[data-outcome="stopped"]')).to_have_count(1)
    await expect(chat.error).to_have_count(0)


async def test_stop_before_the_server_has_accepted_the_message(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = Script(end=End.HANG)
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await chat.page.route("**/turns", hold)
    await chat.send("Talk.")
    await chat.stop_button.click()
    await expect(chat.status).to_have_attribute("data-phase", "stopping")
    held.set()
    await expect(chat.page.locator('[data-outcome="stopped"]')).to_have_count(1)
    request = await gateway.request()
    async with asyncio.timeout(STOPPED_S):
        await request.over.wait()


async def test_escape_without_a_reply_does_nothing(chat: Chat) -> None:
    await chat.ask("Hello")
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator('[data-outcome="complete"]')).to_have_count(1)
