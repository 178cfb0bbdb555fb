from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from deploy.address import ThroughEndpoint
from tests.background import Background
from tests.deploy.cloud import Account, account
from tests.scripted_gateway import MODES, ScriptedGateway


@dataclass
class Deployed:
    """What `make deploy` made, and what it said."""

    account: Account
    stack: str
    gateway_url: str
    output: str
    exit_code: int
    outputs: dict[str, str] = field(default_factory=dict)

    def http(self) -> httpx.Client:
        return httpx.Client(transport=ThroughEndpoint(httpx.URL(self.account.endpoint)), timeout=60)


@pytest.fixture(scope="package")
def aws(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with background.running(account(tmp_path_factory.mktemp("aws"), print)) as made:
        yield made


@pytest.fixture(scope="package")
def deployed(background: Background, aws: Account) -> Iterator[Deployed]:
    with background.running(ScriptedGateway(MODES["normal"].script)) as gateway:
        stack = "chat-under-test"
        ran = background.run(aws.make("deploy", f"ARGS=GatewayUrl={gateway.url} --stack {stack}"))
        made = Deployed(aws, stack, gateway.url, ran.stdout + ran.stderr, ran.returncode)
        if "Function URL" in ran.stdout:
            made.outputs = background.run(aws.outputs(stack))
        yield made
