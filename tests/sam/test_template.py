"""The template as CloudFormation gets it: what SAM makes of it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sam.project import SAM_BIN, TEMPLATE

_TRANSFORM = """
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.translator import Translator
from samtranslator.parser.parser import Parser
template = yaml_parse(open(sys.argv[1]).read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
made = Translator({}, Parser()).translate(template, {}, {})
print(json.dumps(made))
"""


@cache
def transformed() -> dict[str, Any]:
    """The template after the SAM transform, by the translator that SAM itself uses."""
    answer = subprocess.run(
        [SAM_BIN / "python", "-c", _TRANSFORM, TEMPLATE],
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


def test_a_public_url_has_both_of_its_permissions() -> None:
    actions = {permission["Action"] for permission in resources("AWS::Lambda::Permission")}
    assert actions == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


def test_no_policy_allows_everything() -> None:
    for role in resources("AWS::IAM::Role"):
        for policy in role.get("Policies", ()):
            if "Fn::If" in policy:
                continue
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                assert statement["Resource"] != "*"
                assert "*" not in str(actions)


def test_failed_warm_ups_are_not_repeated() -> None:
    (schedule,) = resources("AWS::Scheduler::Schedule")
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    for config in resources("AWS::Lambda::EventInvokeConfig"):
        assert config["MaximumRetryAttempts"] == 0


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


def test_cfn_lint_finds_nothing_in_the_transformed_template(tmp_path: Path) -> None:
    made = tmp_path / "template.json"
    made.write_text(json.dumps(transformed()))
    linted = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", made],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_warm_ups_do_not_pile_up_and_leave_what_failed_in_an_encrypted_queue() -> None:
    functions = {f["Handler"]: f for f in resources("AWS::Lambda::Function")}
    reserved = functions["warmup.handler.handler"]["ReservedConcurrentExecutions"]
    assert reserved["Fn::If"][1] == {"Ref": "WarmupConcurrency"}
    assert transformed()["Parameters"]["WarmupConcurrency"]["Default"] == 1
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
