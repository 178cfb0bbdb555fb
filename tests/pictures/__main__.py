"""Photographs the local cloud, with a gateway that sends what the pictures show."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright, expect

from local.cloud import LocalCloud, Options
from tests.browser.slow import slow_reply
from tests.browser.warmups import hold_warmups
from tests.conftest import CHROMIUM_FLAGS
from tests.pictures.camera import Camera, words
from tests.pictures.talk import CODE, EARLIER, LETTER, TIDES, TIDES_END
from tests.scripted_gateway import ScriptedGateway, livepeer

DESKTOP, TALL, PHONE, SMALL = (1200, 740), (1200, 1200), (390, 780), (1000, 620)


async def streaming(camera: Camera) -> None:
    slow = slow_reply(*words(TIDES + TIDES_END))
    async with camera.looking(SMALL, "light") as chat:
        await camera.talk(chat, EARLIER)
        camera.gateway.script = slow.script
        await camera.film(chat, "Explain how tides work", slow.gates, "streaming")
        await chat.idle()


async def markdown(camera: Camera) -> None:
    async with camera.looking(DESKTOP, "dark") as chat:
        await camera.talk(chat, EARLIER)
        camera.gateway.script = livepeer.reply(words(CODE))
        await chat.ask("Write a Python function that finds duplicate files")
        await expect(chat.replies.locator(".code-keyword").first).to_be_visible()
        await camera.take(chat.page, "markdown-dark")


async def phone(camera: Camera) -> None:
    async with camera.looking(PHONE, "light") as chat:
        camera.gateway.script = livepeer.reply(words(TIDES + TIDES_END))
        await chat.ask("Explain how tides work")
        await camera.take(chat.page, "phone")


async def broken(camera: Camera) -> None:
    async with camera.looking(PHONE, "dark") as chat:
        camera.gateway.script = livepeer.stream(*livepeer.deltas(words(LETTER)))
        await chat.ask("Write a friendly reminder about an unpaid invoice")
        await expect(chat.page.locator('[data-outcome="truncated"]')).to_be_visible()
        await camera.take(chat.page, "phone-dark")


async def settings(camera: Camera) -> None:
    async with camera.looking(TALL, "light") as chat:
        camera.gateway.script = livepeer.reply(words(TIDES))
        await chat.ask("Explain how tides work")
        await chat.page.get_by_test_id("open-settings").click()
        await expect(chat.page.get_by_test_id("budget")).to_be_visible()
        await camera.take(chat.page.get_by_role("dialog"), "settings")


PICTURES: tuple[Callable[[Camera], Awaitable[None]], ...] = (
    streaming,
    markdown,
    phone,
    broken,
    settings,
)


async def main() -> None:
    # A busy machine takes its time.
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as state:
        async with (
            ScriptedGateway(livepeer.reply(["Hello"])) as gateway,
            LocalCloud(
                Options(
                    state=Path(state),
                    settings={"LIVEPEER_GATEWAY_URL": gateway.origin},
                    warmup=False,
                    echo=lambda _: None,
                )
            ) as cloud,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
            )
            hold_warmups(cloud)
            camera = Camera(browser, cloud.page_url, gateway)
            for picture in PICTURES:
                await picture(camera)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
