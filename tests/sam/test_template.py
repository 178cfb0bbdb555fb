"""The template as CloudFormation gets it: what SAM makes of it."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.intrinsics import Intrinsics
from tests.sam.project import ROOT, SAM_BIN, TEMPLATE

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


def test_the_function_url_streams_and_owns_cors() -> None:
    (url,) = resources("AWS::Lambda::Url")
    assert url["InvokeMode"] == "RESPONSE_STREAM"
    assert url["AuthType"] == "NONE"
    assert "*" not in url["Cors"]["AllowHeaders"]


def test_a_public_url_has_both_of_its_permissions_and_only_for_the_url() -> None:
    conditions = {
        permission["Action"]: (
            permission.get("FunctionUrlAuthType"),
            permission.get("InvokedViaFunctionUrl"),
        )
        for permission in resources("AWS::Lambda::Permission")
    }
    assert conditions == {
        "lambda:InvokeFunctionUrl": ("NONE", None),
        "lambda:InvokeFunction": (None, True),
    }


def test_only_the_page_and_a_named_origin_may_call_the_url() -> None:
    (url,) = resources("AWS::Lambda::Url")
    page, development = url["Cors"]["AllowOrigins"]
    assert page["Fn::If"][0] == "HasDomain"
    assert development["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert transformed()["Parameters"]["DevelopmentOrigin"]["Default"] == ""


def test_the_bucket_is_private_and_read_by_the_distribution_only() -> None:
    (bucket,) = resources("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = resources("AWS::S3::BucketPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]


def test_pressing_enter_answers_everything() -> None:
    parameters = transformed()["Parameters"]
    assert [name for name, each in parameters.items() if "Default" not in each] == []
    assert all(each["Description"] for each in parameters.values())
    assert all(each["Description"] for each in transformed()["Outputs"].values())


def test_the_console_shows_every_parameter_in_a_group() -> None:
    groups = transformed()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(transformed()["Parameters"])


def test_every_alarm_reaches_the_topic_and_is_explained() -> None:
    alarms = {
        name: resource["Properties"]
        for name, resource in transformed()["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert len(alarms) >= 8
    for alarm in alarms.values():
        assert alarm["AlarmActions"]["Fn::If"][:2] == ["HasAlarmEmail", [{"Ref": "AlarmTopic"}]]
    assert set(re.findall(r"\*\*(\w+Alarm)\*\*", manual)) == alarms.keys()


@pytest.mark.parametrize("kind", ["AWS::Cognito::UserPool", "AWS::Lambda::Alias"])
def test_what_not_everybody_needs_is_made_on_demand(kind: str) -> None:
    made = [each for each in transformed()["Resources"].values() if each["Type"] == kind]
    assert made
    assert all("Condition" in each for each in made)


@pytest.mark.parametrize("snapshot", ["", "2026-01-01.12.00.00"])
def test_it_is_sound_with_and_without_snapshots(tmp_path: Path, snapshot: str) -> None:
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


def test_with_snapshots_url_permissions_and_schedule_mean_the_alias() -> None:
    made = Intrinsics(transformed(), {"SnapStart": "first"})
    url = made.resolve(resources("AWS::Lambda::Url")[0])
    assert url["TargetFunctionArn"] == "ChatAlias"
    for permission in resources("AWS::Lambda::Permission"):
        assert made.resolve(permission)["FunctionName"] == "ChatAlias"
    schedule = made.resolve(resources("AWS::Scheduler::Schedule")[0])
    assert json.loads(schedule["Target"]["Input"])["chat_function"] == "ChatAlias"


def test_a_new_name_of_a_snapshot_makes_a_new_version() -> None:
    version = transformed()["Resources"]["ChatVersion"]["Properties"]
    assert version["Description"] == {"Ref": "SnapStart"}


def test_failed_warm_ups_are_not_repeated() -> None:
    (schedule,) = resources("AWS::Scheduler::Schedule")
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    for config in resources("AWS::Lambda::EventInvokeConfig"):
        assert config["MaximumRetryAttempts"] == 0


def test_a_second_stack_fits_into_the_account() -> None:
    """What has a name of its own takes it from the stack."""
    named = {
        key: resource["Properties"][key]
        for resource in transformed()["Resources"].values()
        for key in resource["Properties"]
        if key in ("Name", "FunctionName", "TableName", "RoleName", "QueueName", "BucketName")
        and resource["Type"] not in ("AWS::Lambda::Alias", "AWS::Lambda::Permission")
        and isinstance(resource["Properties"][key], str)
    }
    assert named == {}


@pytest.mark.parametrize(
    "kind",
    ["OriginAccessControl", "Function", "ResponseHeadersPolicy"],
)
def test_a_stack_of_the_same_name_fits_into_another_region(kind: str) -> None:
    """CloudFront's names are global."""
    (named,) = resources(f"AWS::CloudFront::{kind}")
    assert "${AWS::Region}" in str(named.get("Name") or named[f"{kind}Config"]["Name"])


def test_the_warm_up_outlasts_the_longest_cold_load() -> None:
    timeouts = {f["Handler"]: f["Timeout"] for f in resources("AWS::Lambda::Function")}
    assert timeouts["warmup.handler.handler"] > 180
    assert all(timeout <= 900 for timeout in timeouts.values())


def test_conversations_survive_the_stack() -> None:
    table = transformed()["Resources"]["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


@pytest.mark.parametrize("logs", ["ChatLogs", "WarmupLogs"])
def test_logs_are_kept_for_a_while_only(logs: str) -> None:
    assert transformed()["Resources"][logs]["Properties"]["RetentionInDays"]


def test_warm_ups_do_not_pile_up_and_leave_what_failed_in_an_encrypted_queue() -> None:
    functions = {f["Handler"]: f for f in resources("AWS::Lambda::Function")}
    reserved = functions["warmup.handler.handler"]["ReservedConcurrentExecutions"]
    assert reserved["Fn::If"][1] == {"Ref": "WarmupConcurrency"}
    (queue,) = resources("AWS::SQS::Queue")
    assert queue["SqsManagedSseEnabled"] is True
    (schedule,) = resources("AWS::Scheduler::Schedule")
    letters = {"Fn::GetAtt": ["WarmupDeadLetters", "Arn"]}
    assert schedule["Target"]["DeadLetterConfig"]["Arn"] == letters
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 60
    configs = resources("AWS::Lambda::EventInvokeConfig")
    (config,) = [each for each in configs if each.get("MaximumEventAgeInSeconds") == 60]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == letters


def test_the_chat_may_invoke_the_warm_up_and_the_warm_up_the_chat_and_nothing_else() -> None:
    roles = [*resources("AWS::IAM::Role"), *resources("AWS::IAM::Policy")]
    documents = [
        policy["PolicyDocument"]
        for role in roles
        for policy in role.get("Policies", [role] if "PolicyDocument" in role else [])
        if "PolicyDocument" in policy
    ]
    targets = [
        statement["Resource"]
        for document in documents
        for statement in document["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    assert {"Fn::GetAtt": ["WarmupFunction", "Arn"]} in targets
    assert [
        {"Fn::GetAtt": ["ChatFunction", "Arn"]},
        {"Fn::Sub": "${ChatFunction.Arn}:live"},
    ] in targets
