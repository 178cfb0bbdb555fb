"""An AWS account on this machine, played by MiniStack, and `make` working in it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local.child import Child, Log
from local.dynamodb import free_port, running
from tests.sam.project import ROOT, SAM_BIN, this_machine

EMULATOR = Path(__file__).with_name("emulator.py")
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Account:
    endpoint: str
    # SAM never deletes what it writes to its temporary folder.
    temporary: Path

    @property
    def environ(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def make(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["make", *arguments],
            cwd=ROOT,
            env={**os.environ, **this_machine(), **self.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    def sam_deploy(
        self,
        template: Path,
        *arguments: str,
        config: Path = ROOT / "samconfig.toml",
        answers: str = "",
    ) -> "subprocess.CompletedProcess[str]":
        """Deploy a built template, without the page."""
        return subprocess.run(
            [
                str(SAM_BIN / "sam"),
                "deploy",
                "--template-file",
                str(template),
                "--config-file",
                str(config),
                *arguments,
            ],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "TMPDIR": str(self.temporary),
                "SAM_CLI_TELEMETRY": "0",
                **self.environ,
            },
            input=answers,
            capture_output=True,
            text=True,
            check=True,
        )

    def create(
        self, template: Path, stack: str, gateway_url: str, *parameters: str
    ) -> dict[str, str]:
        """Deploy a new stack and return its outputs."""
        overrides = [f"GatewayUrl={gateway_url}", *parameters]
        self.sam_deploy(template, "--stack-name", stack, "--parameter-overrides", *overrides)
        return self.outputs(stack)

    def physical_id(self, stack: str, resource: str) -> str:
        found = self.client("cloudformation").describe_stack_resource(
            StackName=stack, LogicalResourceId=resource
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def outputs(self, stack: str) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    def variables(self, stack: str, function: str) -> dict[str, str]:
        """Return the environment of a function."""
        configuration = self.client("lambda").get_function_configuration(
            FunctionName=self.physical_id(stack, function)
        )
        variables: dict[str, str] = configuration["Environment"]["Variables"]
        return variables

    def tables(self) -> list[str]:
        names: list[str] = self.client("dynamodb").list_tables()["TableNames"]
        return names


@asynccontextmanager
async def account(home: Path, log: Log) -> AsyncIterator[Account]:
    """Run an empty MiniStack with every service. It keeps its files in `home`."""
    port = free_port()
    [site] = SAM_BIN.parent.glob("lib/python*/site-packages")
    child = await Child.start(
        [sys.executable, EMULATOR, site],
        {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),
            "STATE_DIR": str(home / "state"),
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        },
        log,
        cwd=home,
    )
    async with running(child, f"http://127.0.0.1:{port}", "MiniStack") as url:
        yield Account(url, home)
