"""Losing the network, and getting it back."""

from typing import Any

from playwright.async_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import ScriptedGateway, livepeer


async def test_offline_message_is_sent_when_the_network_is_back(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = livepeer.reply(["Hello."])
    await chat.page.context.set_offline(True)
    await chat.send("Anybody?")
    await expect(chat.status).to_have_attribute("data-phase", "offline")
    assert gateway.requests == []
    await chat.page.context.set_offline(False)
    await chat.idle()
    await chat.shows("Anybody?", "Hello.")
    await expect(chat.error).to_have_count(0)


async def test_offline_message_can_be_withdrawn(chat: Chat) -> None:
    await chat.page.context.set_offline(True)
    await chat.send("Anybody?")
    await chat.stop_button.click()
    await expect(chat.composer).to_have_value("Anybody?")
    await expect(chat.questions).to_have_count(0)
    await expect(chat.error).to_have_count(0)


async def test_reply_continues_after_a_network_outage(chat: Chat, gateway: ScriptedGateway) -> None:
    slow = slow_reply("One", " two", " three")
    gateway.script = slow.script
    await chat.send("Count.")
    await expect(chat.text(chat.live)).to_have_text("One")
    await chat.page.context.set_offline(True)
    slow.gates[0].open()
    await chat.page.context.set_offline(False)
    await expect(chat.text(chat.live)).to_have_text("One two")
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await chat.shows("Count.", "One two three")
    assert len(gateway.requests) == 1


async def test_failed_send_keeps_the_message_and_a_retry_sends_it_once(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = livepeer.reply(["Hello."])
    bodies: list[Any] = []

    async def cut(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        await route.abort()

    await chat.page.route("**/turns", cut, times=1)
    await chat.send("Anybody?")
    await expect(chat.error).to_contain_text("could not be reached")
    await expect(chat.composer).to_have_value("Anybody?")
    async with chat.page.expect_request("**/turns") as sent:
        await chat.page.get_by_test_id("retry").click()
    again: Any = (await sent.value).post_data_json
    assert again["message"] == bodies[0]["message"]
    await chat.shows("Anybody?", "Hello.")


async def test_open_tab_shows_a_message_sent_in_another_tab(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = livepeer.reply(["First."])
    await chat.ask("Begin.")
    other = await chat.second_tab()
    await other.shows("Begin.", "First.")
    slow = slow_reply("Sec", "ond.")
    gateway.script = slow.script
    await chat.send("Go on.")
    await expect(other.text(other.live)).to_have_text("Sec")
    for gate in slow.gates:
        gate.open()
    await other.idle()
    await other.shows("Begin.", "First.", "Go on.", "Second.")
