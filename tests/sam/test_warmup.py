"""The warm-up function: its schedule, its failures, its permissions."""

from contextlib import suppress

import pytest

from tests.sam.transformed import chosen, resources


def test_a_failed_warm_up_is_not_retried() -> None:
    (schedule,) = resources("AWS::Scheduler::Schedule")
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    for config in resources("AWS::Lambda::EventInvokeConfig"):
        assert config["MaximumRetryAttempts"] == 0


def test_the_warm_up_outlasts_the_longest_cold_load() -> None:
    timeouts = {f["Handler"]: f["Timeout"] for f in resources("AWS::Lambda::Function")}
    assert timeouts["warmup.handler.handler"] > 180
    assert all(timeout <= 900 for timeout in timeouts.values())


def test_warm_ups_do_not_pile_up_and_the_schedules_failures_go_to_an_encrypted_queue() -> None:
    functions = {f["Handler"]: f for f in resources("AWS::Lambda::Function")}
    reserved = functions["warmup.handler.handler"]["ReservedConcurrentExecutions"]
    assert reserved["Fn::If"][1] == {"Ref": "WarmupConcurrency"}
    (queue,) = resources("AWS::SQS::Queue")
    assert queue["SqsManagedSseEnabled"] is True
    (schedule,) = resources("AWS::Scheduler::Schedule")
    letters = {"Fn::GetAtt": ["WarmupDeadLetters", "Arn"]}
    assert schedule["Target"]["DeadLetterConfig"]["Arn"] == letters
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 60


def test_a_dropped_warm_up_of_the_chat_reaches_no_queue() -> None:
    configs = resources("AWS::Lambda::EventInvokeConfig")
    (config,) = [each for each in configs if each.get("MaximumEventAgeInSeconds") == 60]
    assert not config["DestinationConfig"]


# Dead letters, dropped events and started runs of each 15 minutes. None means no data.
QUIET = (None, None, 4)
# The formula's only function of CloudWatch's metric math. Its operators are Python's too.
FUNCTIONS = {"FILL": lambda value, default: default if value is None else value}


@pytest.mark.parametrize(
    ("quarters", "raised"),
    [
        # The role of the schedule is gone.
        ([(4, None, None)] * 2, True),
        # The account's concurrency is used up.
        ([(None, 4, 0)] * 2, True),
        # A schedule of once an hour.
        ([(1, None, None), *[(None, None, None)] * 3, (1, None, None)], True),
        # One bad round after a deployment.
        ([(1, None, None), QUIET, QUIET], False),
        # The chat warms models while two others load for minutes each.
        ([(None, 2, 6)] * 8, False),
        # Every run starts and crashes, so it is dropped too. WarmupErrorsAlarm reports this.
        ([(None, 4, 4)] * 8, False),
        ([QUIET] * 8, False),
        # No gateway, so no schedule.
        ([(None, None, None)] * 8, False),
    ],
)
def test_the_alarm_tells_a_stopped_schedule_from_harmless_drops(
    quarters: list[tuple[int | None, int | None, int | None]], raised: bool
) -> None:
    alarm = chosen()["WarmupNotStartedAlarm"]["Properties"]
    assert len(quarters) <= alarm["EvaluationPeriods"]
    (formula,) = [each["Expression"] for each in alarm["Metrics"] if "Expression" in each]
    breaching = 0
    for letters, dropped, started in quarters:
        values = {"letters": letters, "dropped": dropped, "started": started}
        with suppress(ZeroDivisionError):  # CloudWatch makes it missing data.
            share = eval(formula, FUNCTIONS, values)  # noqa: S307 - our own template
            breaching += share > alarm["Threshold"]
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert (breaching >= alarm["DatapointsToAlarm"]) == raised


def test_chat_and_warm_up_may_invoke_each_other() -> None:
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
