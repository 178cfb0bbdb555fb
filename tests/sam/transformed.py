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
    """Transform the template with the translator that SAM itself uses."""
    ran = subprocess.run(
        [SAM_BIN / "python", TRANSFORM, TEMPLATE],
        capture_output=True,
        text=True,
        env={"AWS_DEFAULT_REGION": "us-east-1", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    template: dict[str, Any] = json.loads(ran.stdout)
    return template


def resources(kind: str) -> list[dict[str, Any]]:
    found = transformed()["Resources"].values()
    return [resource["Properties"] for resource in found if resource["Type"] == kind]
