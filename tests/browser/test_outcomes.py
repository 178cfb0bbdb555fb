"""Every outcome looks different and offers the actions that help."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.scripted_gateway import (
    MODES,
    End,
    Script,
    ScriptedGateway,
    in_turn,
    livepeer,
)

PART = ["Once upon", " a time"]


@pytest.mark.parametrize(
    ("script", "outcome", "text", "buttons"),
    [
        (livepeer.reply(PART), "complete", None, []),
        (livepeer.reply(PART, "length"), "length", "Cut short", ["continue"]),
        (
            livepeer.stream(*livepeer.deltas(PART)),
            "truncated",
            "broke off",
            ["continue", "try-again"],
        ),
        (MODES["400"].script, "error", "rejected", ["try-again"]),
    ],
)
async def test_outcome_is_explained_and_offers_what_helps(
    chat: Chat,
    gateway: ScriptedGateway,
    script: Script,
    outcome: str,
    text: str | None,
    buttons: list[str],
) -> None:
    gateway.script = script
    await chat.ask("Tell a story.")
    reply = chat.page.locator(f'[data-outcome="{outcome}"]')
    await expect(reply).to_have_count(1)
    notice = reply.locator(".outcome")
    if text is None:
        await expect(notice).to_have_count(0)
    else:
        await expect(notice).to_contain_text(text)
    for button in ("continue", "try-again"):
        await expect(reply.get_by_test_id(button)).to_have_count(int(button in buttons))
    await expect(chat.composer).to_be_enabled()


async def test_stopped_reply_continues_but_an_empty_one_is_regenerated(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    gateway.script = in_turn(slow_reply("Once", " never").script, Script(end=End.HANG))
    stopped = chat.page.locator('[data-outcome="stopped"]')
    await chat.send("Tell a story.")
    await expect(chat.text(chat.live)).to_have_text("Once")
    await chat.stop_button.click()
    await expect(stopped.get_by_test_id("continue")).to_have_count(1)
    await chat.send("Another.")
    await chat.stop_button.click()
    await chat.idle()
    await expect(stopped.last.get_by_test_id("try-again")).to_have_text("Answer again")
    await expect(stopped.first.get_by_test_id("continue")).to_have_count(0)


async def test_truncated_reply_can_be_requested_from_another_server(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    broken = livepeer.stream(*livepeer.deltas(PART))
    gateway.script = in_turn(broken, livepeer.reply(["All of it."]))
    await chat.ask("Tell a story.")
    await chat.page.get_by_test_id("try-again").click()
    await chat.shows("Tell a story.", "All of it.")
    await expect(chat.versions("assistant")).to_have_text("2/2")


async def test_details_of_an_answer_are_in_one_line(chat: Chat, gateway: ScriptedGateway) -> None:
    gateway.script = livepeer.reply(["One", " two", " three"])
    await chat.ask("Count.")
    details = chat.page.get_by_test_id("details")
    for part in ("Complete", "Llama 3.1 8B", "127.0.0.1", "first word after", "3 tokens"):
        await expect(details).to_contain_text(part)


async def test_request_id_is_the_same_at_the_page_the_gateway_and_the_row(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    async with chat.page.expect_request("**/turns") as sent:
        await chat.ask("Count.")
    named = (await sent.value).headers["x-request-id"]
    assert gateway.requests[-1].headers["x-request-id"] == named
    async with chat.page.expect_response("**/api/conversations/*") as read:
        await chat.page.reload()
    row = (await (await read.value).json())["messages"][-1]
    assert row["request_id"] == named


async def test_long_wait_shows_its_phase_and_seconds(chat: Chat, gateway: ScriptedGateway) -> None:
    gateway.script = Script(end=End.HANG)
    await chat.send("Hello?")
    await expect(chat.status).to_have_attribute("data-phase", "warming")
    await expect(chat.status).to_contain_text("Loading the model")
    await expect(chat.status).to_contain_text(" s")


async def test_warm_model_is_offered_and_answers_instead(
    chat: Chat, gateway: ScriptedGateway
) -> None:
    # No other test may use this model, or it is warm.
    cold = "google/gemma-2-9b-it"
    hang, here = Script(end=End.HANG), livepeer.reply(["Here."])
    gateway.script = lambda request: hang if request.model == cold else here
    picker = chat.page.get_by_test_id("model-picker")
    await expect(picker).to_contain_text("Llama")
    await chat.ask("Are you there?")
    await picker.click()
    await chat.page.get_by_test_id("model").filter(has_text="Gemma").click()
    await chat.send("And you?")
    await chat.page.get_by_test_id("warm-model").click()
    await chat.idle()
    await chat.shows("Are you there?", "Here.", "And you?", "Here.")
    await expect(picker).not_to_contain_text("Gemma")
    assert gateway.requests[-2].cancelled.is_set()


async def test_limit_is_explained_and_keeps_the_draft(chat: Chat, gateway: ScriptedGateway) -> None:
    gateway.script = Script(end=End.HANG)
    tabs = [chat, *[await chat.second_tab() for _ in range(3)]]
    for tab in tabs[1:]:
        await tab.page.get_by_test_id("new-chat").click()
    for tab in tabs[:3]:
        await tab.send("Talk.")
        await expect(tab.status).to_have_attribute("data-phase", "warming")
    await tabs[3].send("One too many.")
    await expect(tabs[3].error).to_contain_text("Wait for one to finish, or stop one.")
    await expect(tabs[3].error).to_contain_text("You can try again in ")
    await expect(tabs[3].page.get_by_test_id("retry")).to_have_attribute("aria-disabled", "true")
    await expect(tabs[3].composer).to_have_value("One too many.")
    for tab in tabs[:3]:
        await tab.stop_button.click()
    await asyncio.gather(*(tab.idle() for tab in tabs[:3]))
