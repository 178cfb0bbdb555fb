"""Using the chat by keyboard."""

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.scripted_gateway import ScriptedGateway, in_turn, livepeer


async def test_shift_enter_adds_a_line_and_enter_sends(chat: Chat) -> None:
    await expect(chat.composer).to_be_focused()
    await chat.page.keyboard.type("One")
    await chat.page.keyboard.press("Shift+Enter")
    await chat.page.keyboard.type("two")
    await expect(chat.composer).to_have_value("One\ntwo")
    await chat.page.keyboard.press("Enter")
    await expect(chat.text(chat.questions)).to_have_text("One\ntwo")


async def test_enter_in_an_ime_composition_does_not_send(chat: Chat) -> None:
    client = await chat.page.context.new_cdp_session(chat.page)
    await client.send(
        "Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3}
    )
    # The events that a page gets for an input method's own Enter.
    key = {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    await client.send("Input.dispatchKeyEvent", key)
    await client.send("Input.insertText", {"text": "日本"})
    await expect(chat.composer).to_have_value("日本")
    await expect(chat.questions).to_have_count(0)
    await chat.page.keyboard.press("Enter")
    await expect(chat.text(chat.questions)).to_have_text("日本")


async def test_up_in_the_empty_field_edits_the_last_message(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(livepeer.reply(["One"]), livepeer.reply(["Two"]))
    await chat.ask("First")
    await chat.page.keyboard.press("ArrowUp")
    field = chat.page.get_by_test_id("edit-field")
    await expect(field).to_be_focused()
    await chat.page.keyboard.type(", edited")
    await chat.page.keyboard.press("Enter")
    await chat.shows("First, edited", "Two")
    await expect(chat.composer).to_be_focused()


async def test_up_in_a_field_with_text_moves_the_cursor(chat: Chat) -> None:
    await chat.ask("First")
    await chat.composer.fill("Second")
    await chat.page.keyboard.press("ArrowUp")
    await expect(chat.page.get_by_test_id("edit-field")).to_have_count(0)


async def test_ctrl_k_starts_a_new_chat(chat: Chat) -> None:
    await chat.ask("First")
    await chat.page.keyboard.press("Control+k")
    await expect(chat.questions).to_have_count(0)
    await expect(chat.composer).to_be_focused()


@pytest.mark.parametrize("key", ["Control+/", "?"])
async def test_help_lists_the_keys_and_restores_the_focus(chat: Chat, key: str) -> None:
    button = chat.page.get_by_test_id("open-help")
    await button.focus()
    await chat.page.keyboard.press(key)
    help_dialog = chat.page.get_by_role("dialog")
    await expect(help_dialog).to_contain_text("Shift")
    await chat.page.keyboard.press("Escape")
    await expect(help_dialog).to_have_count(0)
    await expect(button).to_be_focused()


async def test_single_key_shortcut_can_be_turned_off(chat: Chat) -> None:
    button = chat.page.get_by_test_id("open-help")
    help_dialog = chat.page.get_by_role("dialog")
    await button.click()
    await help_dialog.get_by_role("checkbox").uncheck()
    await chat.page.reload()
    await button.focus()
    await chat.page.keyboard.press("?")
    await expect(help_dialog).to_have_count(0)
    await chat.page.keyboard.press("Control+/")
    await expect(help_dialog).to_have_count(1)


async def test_question_mark_in_a_message_is_text(chat: Chat) -> None:
    await chat.page.keyboard.type("Why?")
    await expect(chat.composer).to_have_value("Why?")
    await expect(chat.page.get_by_role("dialog")).to_have_count(0)


async def test_stepping_through_versions_keeps_the_focus(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(*(livepeer.reply([text]) for text in ("Red", "Blue", "Green")))
    await chat.ask("A colour?")
    for count in (2, 3):
        await chat.replies.last.get_by_test_id("regenerate").click()
        await expect(chat.versions("assistant")).to_have_text(f"{count}/{count}")
        await chat.idle()
    before = chat.page.get_by_test_id("version-before")
    await before.focus()
    await chat.page.keyboard.press("Enter")
    await chat.shows("A colour?", "Blue")
    await expect(before).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await chat.shows("A colour?", "Red")
    await expect(before).to_be_focused()


async def test_tab_follows_the_reading_order(chat: Chat) -> None:
    await chat.ask("First")
    await chat.page.locator(".skip-link").focus()
    order = [await chat.page.evaluate(NAME)]
    for _ in range(20):
        await chat.page.keyboard.press("Tab")
        order.append(await chat.page.evaluate(NAME))
    wanted = ["Skip to the message field", "New chat", "First", "Keyboard", "thread"]
    wanted += ["Copy", "Edit", "Copy", "Answer again", "Message", "Model: Llama 3.1 8B", "Send"]
    place = iter(order)
    assert all(name in place for name in wanted), order


NAME = """
() => {
  const { activeElement: it } = document;
  return it.getAttribute("aria-label") ?? (it.id === "thread" ? "thread" : it.innerText.trim());
}
"""
