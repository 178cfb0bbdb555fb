"""The page of a deployment with an OIDC provider."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page

from local.cloud import LocalCloud, Options
from tests.background import Background
from tests.browser.chat import Chat
from tests.browser.conftest import free_port
from tests.oidc import CLIENT, OidcProvider
from tests.scripted_gateway import MODES, ScriptedGateway


@dataclass(frozen=True, slots=True)
class SignInSite:
    page_url: str
    provider: OidcProvider
    gateway_port: int


@pytest.fixture(scope="package")
def site(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInSite]:
    """A separate cloud whose functions accept the provider's tokens."""
    port = free_port()
    provider = OidcProvider()
    with background.running(provider.running()):
        options = Options(
            state=tmp_path_factory.mktemp("sign-in"),
            settings={
                "LIVEPEER_GATEWAY_URL": f"http://127.0.0.1:{port}",
                "OIDC_ISSUER": provider.issuer,
                "OIDC_CLIENT_ID": CLIENT,
                "REQUESTS_PER_MINUTE": "10000",
            },
            warmup=False,
        )
        with background.running(LocalCloud(options)) as cloud:
            provider.redirect_uri = f"{cloud.page_url}/"
            yield SignInSite(cloud.page_url, provider, port)


@pytest.fixture
def provider(site: SignInSite) -> Iterator[OidcProvider]:
    """The provider, without any earlier sign-in."""
    site.provider.forget()
    yield site.provider
    site.provider.lasts_s = OidcProvider.lasts_s
    site.provider.refreshes = OidcProvider.refreshes


@pytest.fixture
async def gateway(site: SignInSite) -> AsyncIterator[ScriptedGateway]:
    async with ScriptedGateway(MODES["normal"].script, port=site.gateway_port) as gateway:
        yield gateway


@pytest.fixture
async def chat(site: SignInSite, gateway: ScriptedGateway, page: Page) -> Chat:
    chat = Chat(page)
    await chat.open(site.page_url)
    return chat
