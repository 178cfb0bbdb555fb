"""The parts that tests share: DynamoDB, a gateway, a server, the local cloud, a browser."""

import dataclasses
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, async_playwright

from local import dynamodb
from local.cloud import ROOT, LocalCloud, Options
from local.model import local_model as start_local_model
from local.table import create_table_now
from local.template import Template
from shared.table.table import Table
from tests.api.client import Person
from tests.api.server import open_table, serving, settings_for
from tests.background import Background
from tests.scripted_gateway import MODES, ScriptedGateway
from tests.table.local_table import TestTable
from tests.temporary_folder import TemporaryFolder

__all__ = ["CHROMIUM_FLAGS", "TestTable"]

# No background requests, and no kernel sandbox, which is not available to root and in CI.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)

TEMPORARY_FOLDER = pytest.StashKey[TemporaryFolder]()


def pytest_configure(config: pytest.Config) -> None:
    # Workers of xdist inherit it.
    if not hasattr(config, "workerinput"):
        folder = config.stash[TEMPORARY_FOLDER] = TemporaryFolder()
        config.add_cleanup(folder.remove)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Fail the run if a test left something in the temporary folder."""
    yield
    folder = session.config.stash.get(TEMPORARY_FOLDER, None)
    if folder and (left := folder.left()):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
        message = f"ERROR: left in the temporary folder: {', '.join(left)}"
        session.config.get_terminal_writer().line(message, red=True)


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    with Background() as loop:
        yield loop


@pytest.fixture(scope="session")
def dynamodb_local(background: Background) -> Iterator[str]:
    """URL of AWS's DynamoDB Local."""
    with background.running(dynamodb.dynamodb_local(print)) as url:
        yield url


@pytest.fixture(scope="session")
def ministack(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of MiniStack's DynamoDB."""
    state = tmp_path_factory.mktemp("ministack")
    with background.running(dynamodb.ministack(state, print)) as url:
        yield url


@pytest.fixture
def table(dynamodb_local: str) -> TestTable:
    """An empty table as the template defines it, on DynamoDB Local."""
    name = f"test-{uuid4()}"
    definition = Template.read(ROOT / "template.yaml").table()
    create_table_now(dynamodb_local, dataclasses.replace(definition, name=name))
    return TestTable(name, dynamodb_local)


@pytest.fixture
async def rows(table: TestTable) -> AsyncIterator[Table]:
    """The same table, as the functions read and write it."""
    rows = open_table(table)
    yield rows
    await rows.close()


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    """A gateway that answers normally until the test gives it another script."""
    async with ScriptedGateway(MODES["normal"].script) as gateway:
        yield gateway


@pytest.fixture
async def second_gateway() -> AsyncIterator[ScriptedGateway]:
    """A second gateway, which answers normally."""
    async with ScriptedGateway(MODES["normal"].script) as gateway:
        yield gateway


@pytest.fixture
async def http(gateway: ScriptedGateway, table: TestTable) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with the default settings."""
    async with (
        serving(settings_for(gateway, table), table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        yield http


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    return await Person.arrive(http)


@pytest.fixture(scope="session")
def model_url(background: Background) -> Iterator[str]:
    """URL of llama.cpp's server with SmolLM2."""
    with background.running(start_local_model(print)) as url:
        yield url


@pytest.fixture(scope="session")
def local_cloud(
    background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalCloud]:
    """The whole system: real function processes, MiniStack, SmolLM2, the built page."""
    options = Options(state=tmp_path_factory.mktemp("local"))
    with background.running(LocalCloud(options)) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium")
    assert path, "Chromium is not installed: run make test, or apt-get install chromium."
    return path


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    """An empty tab of a fresh browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_FLAGS)
        )
        # Playwright cannot intercept the requests of a service worker.
        context = await browser.new_context(service_workers="block")
        yield await context.new_page()
        await browser.close()
