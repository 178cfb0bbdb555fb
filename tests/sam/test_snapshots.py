"""With SnapStart, the Function URL serves a published version through an alias."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.intrinsics import Intrinsics
from tests.sam.transformed import resources, transformed


@pytest.mark.parametrize("snapshot", ["", "2026-01-01.12.00.00"])
def test_the_template_is_valid_with_and_without_snapshots(tmp_path: Path, snapshot: str) -> None:
    chosen = json.loads(json.dumps(transformed()))
    chosen["Parameters"]["SnapStart"]["Default"] = snapshot
    template = tmp_path / "template.json"
    template.write_text(json.dumps(chosen))
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), template],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_with_snapshots_url_permissions_and_schedule_use_the_alias() -> None:
    intrinsics = Intrinsics(transformed(), {"SnapStart": "first"})
    url = intrinsics.resolve(resources("AWS::Lambda::Url")[0])
    assert url["TargetFunctionArn"] == "ChatAlias"
    for permission in resources("AWS::Lambda::Permission"):
        assert intrinsics.resolve(permission)["FunctionName"] == "ChatAlias"
    schedule = intrinsics.resolve(resources("AWS::Scheduler::Schedule")[0])
    assert json.loads(schedule["Target"]["Input"])["chat_function"] == "ChatFunction.Arn:live"
