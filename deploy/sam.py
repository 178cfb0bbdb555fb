"""Runs the SAM CLI, which builds the functions and deploys the template."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.stack import Stack
from deploy.steps import DeployError, say

ROOT = Path(__file__).parent.parent
_SAM = ROOT / ".venv" / "sam" / "bin" / "sam"
# A row of the table that `sam deploy` and `sam delete` print while the stack changes.
_EVENT = re.compile(r"^([A-Z_]+_(?:COMPLETE|FAILED))\s+AWS::\S+\s+(\S+)\s*(.*)")
# Wide enough to keep each row on one line.
_COLUMNS = "400"


def build(architecture: str, python: str) -> None:
    """Build for arm64 or x86_64, and for 3.13 or 3.14.

    The variables BUILD_PLATFORM and BUILD_PYTHON override these (functions/Makefile).
    """
    python = os.environ.get("BUILD_PYTHON", python)
    _run(["build", "--no-cached"], ARCHITECTURE=architecture, BUILD_PYTHON=python)


def deploy(stack: Stack, parameters: Mapping[str, str]) -> None:
    given = [f"{name}={_quoted(value)}" for name, value in parameters.items()]
    overrides = ["--parameter-overrides", *given] if given else []
    _run(
        [
            "deploy",
            "--stack-name",
            stack.name,
            "--region",
            stack.region,
            "--no-confirm-changeset",
            "--no-fail-on-empty-changeset",
            "--no-progressbar",
            *overrides,
        ]
    )


def delete(stack: Stack) -> None:
    _run(["delete", "--stack-name", stack.name, "--region", stack.region, "--no-prompts"])


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _run(arguments: Sequence[str], **environ: str) -> None:
    """Print the stack's events as they come, and all of SAM's output if it fails."""
    output = []
    # SAM never deletes what it writes to its temporary folder.
    with (
        tempfile.TemporaryDirectory() as temporary,
        subprocess.Popen(
            [_SAM, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "SAM_CLI_TELEMETRY": "0",
                "COLUMNS": _COLUMNS,
                "TMPDIR": temporary,
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        assert process.stdout  # noqa: S101 - it is a pipe
        for line in process.stdout:
            output.append(line)
            if event := _EVENT.match(line):
                say(f"      {event[1].lower().replace('_', ' ')}: {event[2]} {event[3]}".rstrip())
    if process.returncode:
        raise DeployError(f"sam {arguments[0]} failed.\n\n{''.join(output)}")
