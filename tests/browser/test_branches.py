"""Regenerated replies and edited messages are branches."""

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.scripted_gateway import MODES, ScriptedGateway, in_turn, livepeer


async def test_regenerated_reply_is_a_second_version_next_to_the_first(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(livepeer.reply(["Red"]), livepeer.reply(["Blue"]))
    await chat.ask("A colour?")
    await chat.replies.first.get_by_test_id("regenerate").click()
    await chat.shows("A colour?", "Blue")
    await expect(chat.versions("assistant")).to_have_text("2/2")
    await chat.page.get_by_test_id("version-before").click()
    await chat.shows("A colour?", "Red")
    await expect(chat.versions("assistant")).to_have_text("1/2")
    await expect(chat.page.get_by_test_id("version-before")).to_have_attribute(
        "aria-disabled", "true"
    )


async def test_reload_shows_the_last_branch_and_the_next_message_continues_it(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(*(livepeer.reply([text]) for text in ("Red", "Blue", "Dark red")))
    await chat.ask("A colour?")
    await chat.replies.first.get_by_test_id("regenerate").click()
    await chat.shows("A colour?", "Blue")
    async with chat.page.expect_response(lambda response: response.request.method == "PATCH"):
        await chat.page.get_by_test_id("version-before").click()
    await chat.page.reload()
    await chat.shows("A colour?", "Red")
    await chat.ask("Darker?")
    await chat.shows("A colour?", "Red", "Darker?", "Dark red")
    prompt = (await gateway.request(3)).json["messages"]
    assert [message["content"] for message in prompt][-3:] == ["A colour?", "Red", "Darker?"]


async def test_edited_message_starts_a_branch_without_the_other_one(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(*(livepeer.reply([text]) for text in ("One", "Two", "Three")))
    await chat.ask("First")
    await chat.ask("Second")
    await chat.questions.nth(1).get_by_test_id("edit").click()
    field = chat.page.get_by_test_id("edit-field")
    await expect(field).to_be_focused()
    await field.fill("Second, edited")
    await field.press("Enter")
    await chat.shows("First", "One", "Second, edited", "Three")
    await expect(chat.versions("user", 1)).to_have_text("2/2")
    prompt = (await gateway.request(3)).json["messages"]
    assert [message["content"] for message in prompt][-3:] == ["First", "One", "Second, edited"]
    await chat.questions.nth(1).get_by_test_id("version-before").click()
    await chat.shows("First", "One", "Second", "Two")


async def test_escape_cancels_editing(chat: Chat) -> None:
    await chat.ask("First")
    await chat.questions.first.get_by_test_id("edit").click()
    field = chat.page.get_by_test_id("edit-field")
    await field.fill("Something else")
    await field.press("Escape")
    await expect(field).to_have_count(0)
    await expect(chat.text(chat.questions)).to_have_text("First")


async def test_retry_after_an_error_answers_the_same_message(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(MODES["400"].script, livepeer.reply(["Here"]))
    await chat.ask("Hello?")
    await expect(chat.page.locator('[data-outcome="error"]')).to_have_count(1)
    await chat.page.get_by_test_id("try-again").click()
    await chat.shows("Hello?", "Here")
    await expect(chat.questions).to_have_count(1)
    await expect(chat.versions("assistant")).to_have_text("2/2")
