"""The warm-up function: its schedule, its failures, its permissions."""

from tests.sam.transformed import resources


def test_a_failed_warm_up_is_not_retried() -> None:
    (schedule,) = resources("AWS::Scheduler::Schedule")
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    for config in resources("AWS::Lambda::EventInvokeConfig"):
        assert config["MaximumRetryAttempts"] == 0


def test_the_warm_up_outlasts_the_longest_cold_load() -> None:
    timeouts = {f["Handler"]: f["Timeout"] for f in resources("AWS::Lambda::Function")}
    assert timeouts["warmup.handler.handler"] > 180
    assert all(timeout <= 900 for timeout in timeouts.values())


def test_warm_ups_do_not_pile_up_and_failures_go_to_an_encrypted_queue() -> None:
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
