"""What the page requests from the API while it opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.async_api import Page, Request, expect

from tests.browser.chat import Chat


@contextmanager
def api_requests(page: Page) -> Iterator[list[str]]:
    paths: list[str] = []

    def note(request: Request) -> None:
        url = urlsplit(request.url)
        if url.path.startswith("/api/") and request.method != "OPTIONS":
            paths.append(f"{request.method} {url.path}")

    page.on("request", note)
    yield paths
    page.remove_listener("request", note)


async def test_one_request_opens_the_page_for_a_new_visitor(chat: Chat) -> None:
    await chat.page.evaluate("localStorage.clear()")
    with api_requests(chat.page) as requests:
        await chat.page.reload()
        await expect(chat.page.get_by_test_id("model-picker")).to_be_visible()
        await chat.page.wait_for_load_state("networkidle")
    assert requests == ["GET /api/start"]
    assert await chat.page.evaluate("localStorage.getItem('session')")


async def test_two_requests_open_a_conversation(chat: Chat) -> None:
    await chat.ask("Hello")
    conversation = chat.page.url.rpartition("/")[2]
    with api_requests(chat.page) as requests:
        await chat.page.reload()
        await expect(chat.replies).to_have_count(1)
        await expect(chat.page.get_by_test_id("model-picker")).to_be_visible()
        await chat.page.wait_for_load_state("networkidle")
    assert sorted(requests) == [f"GET /api/conversations/{conversation}", "GET /api/start"]
