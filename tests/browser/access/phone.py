"""The sidebar, which is a drawer on a phone."""

from playwright.async_api import expect

from tests.browser.chat import Chat


def is_phone(chat: Chat) -> bool:
    return (chat.page.viewport_size or {"width": 0})["width"] < 768


async def open_sidebar(chat: Chat) -> None:
    if is_phone(chat):
        await chat.page.get_by_label("Open conversations").click()
        await expect(chat.page.get_by_label("Close conversations")).to_be_focused()
