"""Each release publishes a version, and CodeDeploy can shift the traffic to it in steps."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.intrinsics import Intrinsics
from tests.sam.project import SAM_BIN
from tests.sam.transformed import chosen, transformed

GRADUAL = "Canary10Percent5Minutes"


def variables(**parameters: str) -> dict[str, str]:
    chat = chosen(**parameters)["ChatFunction"]["Properties"]
    found: dict[str, str] = chat["Environment"]["Variables"]
    return found


@pytest.mark.parametrize("switch", [{"SnapStart": "on"}, {"GradualDeployment": GRADUAL}])
def test_a_new_release_changes_the_function_and_replaces_the_version(
    switch: dict[str, str],
) -> None:
    """Lambda publishes no version of an unchanged function, whatever its description."""
    first, second = ({**switch, "Release": name} for name in ("first", "second"))
    assert variables(**first) != variables(**second)
    assert chosen(**first)["ChatVersion"] != chosen(**second)["ChatVersion"]


def test_a_new_snapshot_name_alone_is_a_new_release() -> None:
    """For `sam deploy`, which sets no release."""
    assert variables(SnapStart="a") != variables(SnapStart="b")
    assert chosen(SnapStart="a")["ChatVersion"] != chosen(SnapStart="b")["ChatVersion"]


def test_without_versions_a_release_changes_nothing() -> None:
    """A changed function starts new environments, which are cold."""
    assert chosen(Release="first") == chosen(Release="second")
    assert "RELEASE" not in variables(Release="first")


@pytest.mark.parametrize(
    ("parameters", "target"),
    [
        ({}, "ChatFunction"),
        ({"SnapStart": "on"}, "ChatAlias"),
        ({"GradualDeployment": GRADUAL}, "ChatAlias"),
        ({"SnapStart": "on", "GradualDeployment": GRADUAL}, "ChatAlias"),
    ],
)
def test_the_url_serves_the_alias_whenever_there_are_versions(
    parameters: dict[str, str], target: str
) -> None:
    resources = chosen(**parameters)
    assert resources["ChatFunctionUrl"]["Properties"]["TargetFunctionArn"] == target
    assert resources["ChatFunctionUrlPermission"]["Properties"]["FunctionName"] == target
    assert resources["ChatFunctionInvokePermission"]["Properties"]["FunctionName"] == target


def test_by_default_there_is_no_codedeploy() -> None:
    resources = chosen(SnapStart="on")
    assert not [name for name, each in resources.items() if "CodeDeploy" in each["Type"]]
    assert "UpdatePolicy" not in resources["ChatAlias"]


def test_a_gradual_deployment_moves_the_alias_through_codedeploy() -> None:
    resources = chosen(GradualDeployment=GRADUAL)
    assert resources["ChatAlias"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"] == {
        "ApplicationName": "ReleaseApplication",
        "DeploymentGroupName": "ReleaseGroup",
    }
    group = resources["ReleaseGroup"]["Properties"]
    assert group["DeploymentConfigName"] == f"CodeDeployDefault.Lambda{GRADUAL}"
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_the_new_versions_own_errors_move_the_alias_back() -> None:
    """An alarm raised by the old version would roll back the release that fixes it."""
    resources = chosen(GradualDeployment=GRADUAL)
    alarms = resources["ReleaseGroup"]["Properties"]["AlarmConfiguration"]
    assert alarms == {"Enabled": True, "Alarms": [{"Name": "ReleaseErrorsAlarm"}]}
    watched = resources["ReleaseErrorsAlarm"]["Properties"]["Dimensions"]
    assert {each["Name"]: each["Value"] for each in watched} == {
        "FunctionName": "ChatFunction",
        "Resource": "ChatFunction:live",
        "ExecutedVersion": "ChatVersion.Version",
    }


def test_the_steps_are_those_that_sam_knows() -> None:
    known = "samtranslator.model.preferences.deployment_preference_collection"
    listed = subprocess.run(
        [
            SAM_BIN / "python",
            "-c",
            f"import json; from {known} import CODEDEPLOY_PREDEFINED_CONFIGURATIONS_LIST as steps;"
            "print(json.dumps(steps))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    allowed = transformed()["Parameters"]["GradualDeployment"]["AllowedValues"]
    assert sorted(allowed) == sorted(json.loads(listed.stdout))
    assert allowed[0] == transformed()["Parameters"]["GradualDeployment"]["Default"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"SnapStart": "2026-01-01.12.00.00"},
        {"GradualDeployment": GRADUAL},
        {"GradualDeployment": GRADUAL, "SnapStart": "on", "Release": "first"},
        {"SignIn": "cognito", "KeptUserPool": "us-east-1_AbC", "KeptUserPoolDomain": "a.example"},
        {
            "GatewayKeySecret": "key",
            "GatewayKeyKmsKey": "arn:aws:kms:us-east-1:111122223333:key/0a",
        },
    ],
)
def test_the_template_is_valid_with_the_optional_parts(
    tmp_path: Path, parameters: dict[str, str]
) -> None:
    template = json.loads(json.dumps(transformed()))
    for name, value in parameters.items():
        template["Parameters"][name]["Default"] = value
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    linted = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_output_names_what_the_url_invokes() -> None:
    value = transformed()["Outputs"]["ChatFunctionArn"]["Value"]
    intrinsics = Intrinsics(transformed(), {"GradualDeployment": GRADUAL})
    assert intrinsics.resolve(value) == "ChatAlias"
