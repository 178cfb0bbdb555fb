"""A person's actions on the page, and what they see."""

from typing import Literal

from playwright.async_api import Locator, Page, expect

from tests.local.polling import until

# Reads the conversation from the API, as the page does.
SAVED = """
async (text) => {
  const { api } = await (await fetch("/config.json")).json();
  const id = location.hash.replace("#/c/", "");
  const headers = { authorization: `Bearer ${localStorage.getItem("session")}` };
  const { messages } = await (await fetch(`${api}/api/conversations/${id}`, { headers })).json();
  return messages.at(-1).content === text;
}
"""


class Chat:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.composer = page.get_by_test_id("composer")
        self.send_button = page.get_by_test_id("send")
        self.stop_button = page.get_by_test_id("stop")
        self.questions = page.locator('[data-role="user"]')
        self.replies = page.locator('[data-role="assistant"]')
        self.live = page.locator('[data-role="assistant"][aria-busy="true"]')
        self.status = page.get_by_test_id("status")
        self.error = page.get_by_test_id("error")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await expect(self.composer).to_be_enabled(timeout=60_000)

    async def send(self, text: str) -> None:
        await self.composer.fill(text)
        await self.send_button.click()

    async def ask(self, text: str) -> None:
        """Sends a message and waits for the whole answer."""
        before = await self.replies.count()
        await self.send(text)
        await expect(self.replies).to_have_count(before + 1)
        await self.idle()

    async def idle(self) -> None:
        await expect(self.live).to_have_count(0)

    async def second_tab(self) -> "Chat":
        """Opens the same conversation by its address."""
        chat = Chat(await self.page.context.new_page())
        await chat.open(self.page.url)
        return chat

    async def saved(self, text: str) -> None:
        """Waits until the server has saved this text of the last reply."""

        async def is_saved() -> bool:
            return bool(await self.page.evaluate(SAVED, text))

        await until(is_saved)

    def text(self, message: Locator) -> Locator:
        return message.locator(".message-text")

    async def shows(self, *texts: str) -> None:
        """Expects these texts on the screen, questions and replies in turn."""
        await expect(self.page.locator("[data-role] .message-text")).to_have_text(list(texts))

    def versions(self, of: Literal["user", "assistant"], place: int = 0) -> Locator:
        return self.page.locator(f'[data-role="{of}"]').nth(place).get_by_test_id("version")
