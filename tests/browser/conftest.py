"""The page in a real browser, with the whole local cloud and a scripted gateway."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from local.cloud import LocalCloud, Options
from tests.background import Background
from tests.browser.chat import Chat
from tests.browser.warmups import hold_warmups
from tests.scripted_gateway import MODES, ScriptedGateway

# Generous: no test measures it, and the machine may be busy.
expect.set_options(timeout=30_000)


@dataclass(frozen=True, slots=True)
class Site:
    page_url: str
    gateway_port: int


@pytest.fixture(scope="session")
def site(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything except the gateway, which each test starts on the same port."""
    port = free_port()
    options = Options(
        state=tmp_path_factory.mktemp("browser"),
        settings={
            "LIVEPEER_GATEWAY_URL": f"http://127.0.0.1:{port}",
            "REQUESTS_PER_MINUTE": "10000",
        },
        warmup=False,
    )
    with background.running(LocalCloud(options)) as cloud:
        hold_warmups(cloud)
        yield Site(cloud.page_url, port)


@pytest.fixture
async def gateway(site: Site) -> AsyncIterator[ScriptedGateway]:
    """Answers normally until a test sets another script."""
    script = MODES["normal"].script
    async with ScriptedGateway(script, port=site.gateway_port) as gateway:
        yield gateway


@pytest.fixture
async def chat(site: Site, gateway: ScriptedGateway, page: Page) -> Chat:
    """The page as a new visitor sees it."""
    chat = Chat(page)
    await chat.open(site.page_url)
    return chat


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
