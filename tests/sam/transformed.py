"""The template as CloudFormation gets it, after the SAM transform."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from local.intrinsics import Intrinsics
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


def chosen(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return the resources that these parameters make, resolved. A Ref is the logical id.

    Pseudo parameters are given by name too: `chosen(**{"AWS::StackName": "chat"})`.
    """
    template = transformed()
    declared = {**template["Parameters"], **{name: {} for name in parameters}}
    intrinsics = Intrinsics({**template, "Parameters": declared}, parameters)
    return {
        name: intrinsics.resolve(resource)
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or intrinsics.condition(resource["Condition"])
    }
