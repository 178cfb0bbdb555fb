import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.relay import relaying
from tests.conftest import TestTable
from tests.sam.project import ROOT
from tests.scripted_gateway import MODES, ScriptedGateway


@dataclass(frozen=True, slots=True)
class Invoking:
    """`make invoke` beside a gateway and a table of this test's own."""

    environ: Path
    gateway: ScriptedGateway

    def __call__(self, function: str, event: str) -> "subprocess.Popen[str]":
        image = os.environ.get("SAM_IMAGE")
        chosen = f"--invoke-image {image} --skip-pull-image" if image else ""
        arguments = f"{function} -e events/{event} --env-vars {self.environ} {chosen}"
        return subprocess.Popen(
            ["make", "--no-print-directory", "invoke", f"ARGS={arguments}"],
            cwd=ROOT,
            env=dict(os.environ) | {"MAKEFLAGS": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def bridge() -> str:
    """The address of this machine that containers know as host.docker.internal."""
    assert shutil.which("docker"), "Docker is not installed, so no function runs in a container."
    asked = subprocess.run(
        ["docker", "network", "inspect", "bridge"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, f"No Docker engine answers: {asked.stderr}"
    [network] = json.loads(asked.stdout)
    return str(network["IPAM"]["Config"][0]["Gateway"])


@pytest.fixture
async def invoking(bridge: str, table: TestTable, tmp_path: Path) -> AsyncIterator[Invoking]:
    async with (
        ScriptedGateway(MODES["normal"].script) as gateway,
        # The table's engine answers at every address.
        relaying(bridge, gateway.origin),
    ):
        environ = tmp_path / "env.json"
        environ.write_text(json.dumps(_environ(gateway, table)))
        yield Invoking(environ, gateway)


def _environ(gateway: ScriptedGateway, table: TestTable) -> dict[str, dict[str, Any]]:
    """events/env.json, which names host.docker.internal, with other ports and another table."""
    own = {
        "LIVEPEER_GATEWAY_URL": httpx.URL(gateway.origin).port,
        "AWS_ENDPOINT_URL_DYNAMODB": httpx.URL(table.endpoint).port,
    }
    documented = json.loads((ROOT / "events" / "env.json").read_text())
    return {
        function: {
            **variables,
            **{name: str(httpx.URL(variables[name]).copy_with(port=own[name])) for name in own},
            "TABLE_NAME": table.name,
        }
        for function, variables in documented.items()
    }
