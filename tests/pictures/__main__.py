"""Drives the whole local cloud, with a gateway that says what shall be seen."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from local.cloud import ROOT, LocalCloud, Options
from tests.browser.chat import Chat
from tests.browser.slow import slow_reply
from tests.conftest import CHROMIUM_FLAGS
from tests.pictures.talk import CODE, EARLIER, LETTER, TIDES, TIDES_END
from tests.scripted_gateway import Script, ScriptedGateway, livepeer

DOCS = ROOT / "docs"
DESKTOP, TALL, PHONE = (1200, 740), (1200, 1200), (390, 780)

Scheme = Literal["light", "dark"]


class Camera:
    """Takes pictures of one person's page."""

    def __init__(self, browser: Browser, url: str, gateway: ScriptedGateway) -> None:
        self._browser = browser
        self._url = url
        self._gateway = gateway

    @asynccontextmanager
    async def looking(self, size: tuple[int, int], scheme: Scheme) -> AsyncIterator[Chat]:
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            reduced_motion="reduce",
            service_workers="block",
        )
        chat = Chat(await context.new_page())
        await chat.open(self._url)
        yield chat
        await context.close()

    async def take(self, seen: Page | Locator, name: str) -> None:
        path = DOCS / f"{name}.png"
        await seen.screenshot(path=path)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KB")

    async def talk(self, chat: Chat) -> None:
        """A history, and a new conversation on the screen."""
        for question, answer in reversed(EARLIER):
            self._gateway.script = livepeer.reply(_pieces(answer))
            await chat.ask(question)
            await chat.page.goto(f"{self._url}/#/")
            await expect(chat.replies).to_have_count(0)

    async def streaming(self) -> None:
        slow = slow_reply(*_pieces(TIDES), TIDES_END)
        for gate in slow.gates[:-2]:
            gate.open()
        async with self.looking(DESKTOP, "light") as chat:
            await self.talk(chat)
            self._gateway.script = slow.script
            await chat.send("Explain how tides work")
            await expect(chat.live).to_contain_text("highest")
            await self.take(chat.page, "streaming")
            for gate in slow.gates:
                gate.open()
            await chat.idle()

    async def markdown(self) -> None:
        async with self.looking(DESKTOP, "dark") as chat:
            await self.talk(chat)
            self._gateway.script = livepeer.reply(_pieces(CODE))
            await chat.ask("Write a Python function that finds duplicate files")
            await expect(chat.replies.locator(".code-keyword").first).to_be_visible()
            await self.take(chat.page, "markdown-dark")

    async def phone(self) -> None:
        async with self.looking(PHONE, "light") as chat:
            self._gateway.script = livepeer.reply(_pieces(TIDES + TIDES_END))
            await chat.ask("Explain how tides work")
            await self.take(chat.page, "phone")

    async def broken(self) -> None:
        async with self.looking(PHONE, "dark") as chat:
            self._gateway.script = livepeer.stream(*livepeer.deltas(_pieces(LETTER)))
            await chat.ask("Write a friendly reminder about an unpaid invoice")
            await expect(chat.page.locator('[data-outcome="truncated"]')).to_be_visible()
            await self.take(chat.page, "phone-dark")

    async def settings(self) -> None:
        async with self.looking(TALL, "light") as chat:
            self._gateway.script = livepeer.reply(_pieces(TIDES))
            await chat.ask("Explain how tides work")
            await chat.page.get_by_test_id("open-settings").click()
            await expect(chat.page.get_by_test_id("budget")).to_be_visible()
            await self.take(chat.page.get_by_role("dialog"), "settings")


def _pieces(text: str) -> list[str]:
    """As a model says it: word by word."""
    return [f"{word} " for word in text.split(" ")]


async def main() -> None:
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as state:
        async with (
            ScriptedGateway(Script()) as gateway,
            LocalCloud(
                Options(
                    state=Path(state),
                    settings={"LIVEPEER_GATEWAY_URL": gateway.origin},
                    warmup=False,
                    echo=lambda line: None,
                )
            ) as cloud,
            async_playwright() as playwright,
        ):
            gateway.script = livepeer.reply(["Hello"])
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=list(CHROMIUM_FLAGS)
            )
            camera = Camera(browser, cloud.page_url, gateway)
            for picture in (
                camera.streaming,
                camera.markdown,
                camera.phone,
                camera.broken,
                camera.settings,
            ):
                await picture()
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
