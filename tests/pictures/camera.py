"""A browser that photographs one person's page."""

import re
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, expect

from local.cloud import ROOT
from tests.browser.chat import Chat
from tests.scripted_gateway import Gate, ScriptedGateway, livepeer

DOCS = ROOT / "docs"
# Pillow is installed apart: only `make pictures` needs it.
PILLOW_PYTHON = ROOT / ".venv" / "pictures" / "bin" / "python"
ANIMATION = Path(__file__).with_name("animation.py")

Scheme = Literal["light", "dark"]


class Camera:
    def __init__(self, browser: Browser, url: str, gateway: ScriptedGateway) -> None:
        self._browser = browser
        self._url = url
        self.gateway = gateway

    @asynccontextmanager
    async def looking(self, size: tuple[int, int], scheme: Scheme) -> AsyncIterator[Chat]:
        """Open the page as a new person."""
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

    async def take(self, shown: Page | Locator, name: str) -> None:
        path = DOCS / f"{name}.png"
        await shown.screenshot(path=path)
        report(path)

    async def film(self, chat: Chat, question: str, gates: list[Gate], name: str) -> None:
        """Ask, open the gates one by one, and take a frame after each."""
        with tempfile.TemporaryDirectory() as folder:
            frames = [Path(folder) / f"{number:03}.png" for number in range(len(gates) + 2)]
            await chat.composer.fill(question)
            await chat.page.screenshot(path=frames[0])
            await chat.send_button.click()
            await expect(chat.live).to_contain_text(re.compile(r"\w"))
            await chat.page.screenshot(path=frames[1])
            for gate, frame in zip(gates, frames[2:], strict=True):
                shown = await chat.replies.last.inner_text()
                gate.open()
                await expect(chat.replies.last).not_to_have_text(shown, use_inner_text=True)
                await chat.page.screenshot(path=frame)
            path = DOCS / f"{name}.gif"
            subprocess.run([PILLOW_PYTHON, ANIMATION, path, *frames], check=True)  # noqa: ASYNC221 - nothing else runs
            report(path)

    async def talk(self, chat: Chat, history: tuple[tuple[str, str], ...]) -> None:
        """Fill the history, and start a new conversation."""
        for question, answer in reversed(history):
            self.gateway.script = livepeer.reply(words(answer))
            await chat.ask(question)
            await chat.page.goto(f"{self._url}/#/")
            await expect(chat.replies).to_have_count(0)


def words(text: str) -> list[str]:
    """Split it into tokens of one word, as a model writes them."""
    return [f"{word} " for word in text.split(" ")]


def report(path: Path) -> None:
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KB")
