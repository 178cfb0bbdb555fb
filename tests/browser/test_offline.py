"""The page as an installed app: offline, and after a deployment."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from local.cloud import ROOT
from local.http_server import Server
from local.page import Page as PageFiles
from local.page_headers import page_headers
from local.template import Template
from tests.conftest import CHROMIUM_FLAGS
from tests.local.polling import until

# Nothing listens on this port, so there is no API.
API = "http://127.0.0.1:9"

CONTROLLED = "() => navigator.serviceWorker.controller !== null"

CACHED = """
async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push(url);
  }
  return paths;
}
"""


class Host:
    """Serves a copy of the built page that tests can redeploy and stop."""

    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self._server = Server()
        self._running = AsyncExitStack()

    @property
    def url(self) -> str:
        return self._server.url

    async def start(self) -> None:
        headers = page_headers(Template.read(ROOT / "template.yaml").page_headers_policy(), API)
        files = PageFiles(self.dist, API, headers)
        await self._running.enter_async_context(self._server.serving(files.handle))

    async def stop(self) -> None:
        await self._running.aclose()


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    host = Host(Path(shutil.copytree(ROOT / "web" / "dist", tmp_path / "dist")))
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
async def visitor(chromium: str, host: Host) -> AsyncIterator[Page]:
    """A tab controlled by the service worker. Fails on violations of the page's policy."""
    async with async_playwright() as playwright:
        flags = list(CHROMIUM_FLAGS)
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        page = await browser.new_page()
        console: list[str] = []
        page.on("console", lambda message: console.append(message.text))
        await page.goto(host.url)

        async def is_controlled() -> bool:
            return bool(await page.evaluate(CONTROLLED))

        await until(is_controlled)
        yield page
        assert not [text for text in console if "Content Security" in text or "Trusted" in text]
        await browser.close()


async def test_page_opens_offline_and_says_so(host: Host, visitor: Page) -> None:
    await host.stop()
    await visitor.context.set_offline(True)
    await visitor.reload()
    await expect(visitor.get_by_test_id("offline")).to_contain_text("You are offline.")
    await visitor.get_by_test_id("composer").fill("To be sent later")
    await visitor.reload()
    await expect(visitor.get_by_test_id("composer")).to_have_value("To be sent later")


async def test_deployment_is_visible_at_once(host: Host, visitor: Page) -> None:
    index = host.dist / "index.html"
    [script] = (host.dist / "assets").glob("index-*.js")
    script.rename(script.with_name("index-newer.js"))
    index.write_text(
        index.read_text()
        .replace(script.name, "index-newer.js")
        .replace("<title>Livepeer Chat", "<title>Newer")
    )
    async with visitor.expect_response("**/assets/index-newer.js"):
        response = await visitor.goto(host.url)
    assert response
    assert "<title>Newer" in await response.text()
    await expect(visitor.get_by_test_id("composer")).to_be_visible()


async def test_partial_deployment_keeps_the_cached_page(host: Host, visitor: Page) -> None:
    index = host.dist / "index.html"
    index.write_text(index.read_text().replace("/assets/index-", "/assets/missing-"))
    await visitor.goto(host.url)
    await host.stop()
    await visitor.goto(host.url)
    await expect(visitor.get_by_test_id("composer")).to_be_visible()


async def test_only_the_page_itself_is_cached(host: Host, visitor: Page) -> None:
    ask = "(url) => fetch(url).then((response) => response.status, () => 0)"
    await visitor.evaluate(ask, f"{host.url}/api/models?v=1.0")
    await visitor.evaluate(ask, f"{API}/api/models")
    cached = await visitor.evaluate(CACHED)
    assert f"{host.url}/" in cached
    assert not [url for url in cached if not url.startswith(host.url) or "/api/" in url]


async def test_page_can_be_installed(host: Host, visitor: Page) -> None:
    session = await visitor.context.new_cdp_session(visitor)
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    problems = await session.send("Page.getInstallabilityErrors")
    # Playwright's tabs are private ones, where nothing can be installed.
    ids = {problem["errorId"] for problem in problems["installabilityErrors"]}
    assert ids <= {"in-incognito"}
