"""The template as a whole: parameters, outputs, names, alarms, and what outlives the stack."""

import re

import pytest

from tests.sam.project import ROOT
from tests.sam.transformed import transformed


def test_every_parameter_has_a_default_and_a_description() -> None:
    parameters = transformed()["Parameters"]
    assert [name for name, each in parameters.items() if "Default" not in each] == []
    assert all(each["Description"] for each in parameters.values())
    assert all(each["Description"] for each in transformed()["Outputs"].values())


def test_the_console_shows_every_parameter_in_a_group() -> None:
    groups = transformed()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(transformed()["Parameters"])


def test_every_alarm_notifies_the_topic_and_is_documented() -> None:
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
def test_optional_resources_have_a_condition(kind: str) -> None:
    found = [each for each in transformed()["Resources"].values() if each["Type"] == kind]
    assert found
    assert all("Condition" in each for each in found)


def test_no_resource_has_a_fixed_name() -> None:
    """A fixed name would clash with that of a second stack."""
    named = {
        key: resource["Properties"][key]
        for resource in transformed()["Resources"].values()
        for key in resource["Properties"]
        if key in ("Name", "FunctionName", "TableName", "RoleName", "QueueName", "BucketName")
        and resource["Type"] not in ("AWS::Lambda::Alias", "AWS::Lambda::Permission")
        and isinstance(resource["Properties"][key], str)
    }
    assert named == {}


def test_the_table_can_be_restored() -> None:
    table = transformed()["Resources"]["Table"]
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


@pytest.mark.parametrize("name", ["Table", "SessionSecret", "UserPool"])
def test_user_data_outlives_the_stack_but_not_its_failed_creation(name: str) -> None:
    kept = transformed()["Resources"][name]
    assert kept["DeletionPolicy"] == "RetainExceptOnCreate"
    assert kept["UpdateReplacePolicy"] == "Retain"


def test_nothing_else_outlives_the_stack() -> None:
    policies = {
        name: resource.get("DeletionPolicy", "Delete")
        for name, resource in transformed()["Resources"].items()
    }
    kept = {name for name, policy in policies.items() if policy != "Delete"}
    assert kept == {"Table", "SessionSecret", "UserPool"}


@pytest.mark.parametrize("logs", ["ChatLogs", "WarmupLogs"])
def test_logs_expire(logs: str) -> None:
    assert transformed()["Resources"][logs]["Properties"]["RetentionInDays"]
