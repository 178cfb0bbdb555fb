from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from deploy.address import ThroughEndpoint
from tests.background import Background
from tests.deploy.cloud import Account, account
from tests.sam.project import built, this_machine
from tests.scripted_gateway import MODES, ScriptedGateway


@pytest.fixture(scope="package")
def aws(background: Background) -> Iterator[Account]:
    with TemporaryDirectory() as home, background.running(account(Path(home), print)) as running:
        yield running


@pytest.fixture(scope="package")
def gateway_url(background: Background) -> Iterator[str]:
    with background.running(ScriptedGateway(MODES["normal"].script)) as gateway:
        yield gateway.url


@pytest.fixture(scope="session")
def built_template() -> Iterator[Path]:
    """Build apart from `make deploy`, which another process may be running at the same time."""
    with built(**this_machine()) as folder:
        yield folder / "template.yaml"


@pytest.fixture
def http(aws: Account) -> Iterator[httpx.Client]:
    """Reaches every address that the account serves."""
    transport = ThroughEndpoint(httpx.URL(aws.endpoint))
    with httpx.Client(transport=transport, timeout=60) as client:
        yield client
