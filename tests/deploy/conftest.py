from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.address import ThroughEndpoint
from tests.background import Background
from tests.deploy.cloud import Account, account
from tests.sam.project import build, this_machine
from tests.scripted_gateway import MODES, ScriptedGateway


@pytest.fixture(scope="package")
def aws(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with background.running(account(tmp_path_factory.mktemp("aws"), print)) as running:
        yield running


@pytest.fixture(scope="package")
def gateway_url(background: Background) -> Iterator[str]:
    with background.running(ScriptedGateway(MODES["normal"].script)) as gateway:
        yield gateway.url


@pytest.fixture(scope="session")
def built_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of its own: another process may be replacing that of `make deploy`."""
    return build(tmp_path_factory.mktemp("build"), **this_machine()) / "template.yaml"


@pytest.fixture
def http(aws: Account) -> Iterator[httpx.Client]:
    """Reaches every address that the account serves."""
    transport = ThroughEndpoint(httpx.URL(aws.endpoint))
    with httpx.Client(transport=transport, timeout=60) as client:
        yield client
