"""The template as CloudFormation gets it, after the SAM transform."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from tests.sam.project import SAM_BIN, TEMPLATE

TRANSFORM = Path(__file__).with_name("transform.py")


@cache
def transformed() -> dict[str, Any]:
    """The template after the SAM transform, by the translator that SAM itself uses."""
    answer = subprocess.run(
        [SAM_BIN / "python", TRANSFORM, TEMPLATE],
        capture_output=True,
        text=True,
        env={"AWS_DEFAULT_REGION": "us-east-1", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    made: dict[str, Any] = json.loads(answer.stdout)
    return made


def resources(kind: str) -> list[dict[str, Any]]:
    found = transformed()["Resources"].values()
    return [resource["Properties"] for resource in found if resource["Type"] == kind]
