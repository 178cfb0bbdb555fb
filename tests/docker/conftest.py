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
    """`make invoke` beside this test's gateway and table."""

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
    """This machine's address that containers reach as host.docker.internal."""
    assert shutil.which("docker"), "Docker is not installed."
    inspected = subprocess.run(
        ["docker", "network", "inspect", "bridge"], capture_output=True, text=True, check=False
    )
    assert inspected.returncode == 0, f"No Docker engine answers: {inspected.stderr}"
    [network] = json.loads(inspected.stdout)
    return str(network["IPAM"]["Config"][0]["Gateway"])


@pytest.fixture
async def invoking(bridge: str, table: TestTable, tmp_path: Path) -> AsyncIterator[Invoking]:
    async with (
        ScriptedGateway(MODES["normal"].script) as gateway,
        # The table's engine listens at every address already.
        relaying(bridge, gateway.origin),
    ):
        environ = tmp_path / "env.json"
        environ.write_text(json.dumps(_environ(gateway, table)))
        yield Invoking(environ, gateway)


def _environ(gateway: ScriptedGateway, table: TestTable) -> dict[str, dict[str, Any]]:
    """Return events/env.json with the ports of this test and its table."""
    ports = {
        "LIVEPEER_GATEWAY_URL": httpx.URL(gateway.origin).port,
        "AWS_ENDPOINT_URL_DYNAMODB": httpx.URL(table.endpoint).port,
    }
    documented = json.loads((ROOT / "events" / "env.json").read_text())
    return {
        function: {
            **variables,
            **{name: str(httpx.URL(variables[name]).copy_with(port=ports[name])) for name in ports},
            "TABLE_NAME": table.name,
        }
        for function, variables in documented.items()
    }
