"""`make destroy`: what it removes, and what it keeps for a later stack."""

from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError
from ulid import ULID

from deploy.page import empty
from tests.deploy.cloud import Account
from tests.deploy.visitor import QUESTION, Visitor
from tests.scripted_gateway.modes.mode import TEXT


def test_another_stack_can_use_the_conversations_that_were_kept(
    aws: Account, gateway_url: str, built_template: Path, http: httpx.Client
) -> None:
    stack, conversation = "chat-to-destroy", str(ULID())
    outputs = aws.create(built_template, stack, gateway_url)
    page = aws.client("s3")
    page.put_object(Bucket=outputs["PageBucketName"], Key="index.html", Body=b"")
    Visitor(http, outputs).ask(conversation)

    destroyed = aws.make("destroy", f"ARGS=--stack {stack}")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    with pytest.raises(ClientError, match="does not exist"):
        aws.outputs(stack)
    assert outputs["PageBucketName"] not in [b["Name"] for b in page.list_buckets()["Buckets"]]
    assert outputs["TableName"] in aws.tables()
    table, secret = outputs["TableName"], outputs["SessionSecretArn"]
    assert f"KeptTable={table} KeptSessionSecret={secret}" in destroyed.stdout

    # MiniStack returns a secret's name where AWS returns its ARN.
    arn = aws.client("secretsmanager").describe_secret(SecretId=secret)["ARN"]
    kept = (f"KeptTable={table}", f"KeptSessionSecret={arn}")
    again = aws.create(built_template, "chat-again", gateway_url, *kept)
    assert again["TableName"] == outputs["TableName"]
    found = http.get(f"{again['FunctionUrl']}api/conversations/{conversation}")
    assert [each["content"] for each in found.json()["messages"]] == [QUESTION, TEXT]


def test_keep_table_no_removes_the_conversations_and_leaves_nothing(
    aws: Account, gateway_url: str, built_template: Path
) -> None:
    # SAM makes its own bucket for uploads once, and keeps it for every stack.
    aws.create(built_template, "chat-that-stays", gateway_url)
    before = left_in(aws)
    stack = "chat-to-forget"
    outputs = aws.create(built_template, stack, gateway_url)
    assert left_in(aws) != before
    destroyed = aws.make("destroy", f"ARGS=--stack {stack}", KEEP_TABLE="no")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert left_in(aws) == before
    with pytest.raises(ClientError):
        aws.client("secretsmanager").describe_secret(SecretId=outputs["SessionSecretArn"])


def test_keep_table_no_leaves_a_table_that_the_stack_only_used(
    aws: Account, gateway_url: str, built_template: Path
) -> None:
    first = aws.create(built_template, "chat-with-own-table", gateway_url)
    table, stack = first["TableName"], "chat-with-kept-table"
    aws.create(built_template, stack, gateway_url, f"KeptTable={table}")
    destroyed = aws.make("destroy", f"ARGS=--stack {stack}", KEEP_TABLE="no")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert table in aws.tables()
    assert f"aws dynamodb delete-table --table-name {table}" in destroyed.stdout


def test_a_bucket_that_was_never_made_counts_as_empty(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.environ.items():
        monkeypatch.setenv(name, value)
    empty("chat-bucket-that-was-never-made")


def left_in(aws: Account) -> dict[str, set[str]]:
    """Return the names of what an account can be left with."""
    pools = aws.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    distributions = aws.client("cloudfront").list_distributions()["DistributionList"]
    cloudwatch = aws.client("cloudwatch")
    return {
        "tables": set(aws.tables()),
        "user pools": {each["Id"] for each in pools},
        "buckets": {each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]},
        "queues": set(aws.client("sqs").list_queues().get("QueueUrls", ())),
        "logs": {
            each["logGroupName"] for each in aws.client("logs").describe_log_groups()["logGroups"]
        },
        "functions": {
            each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]
        },
        "roles": {each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]},
        "alarms": {each["AlarmName"] for each in cloudwatch.describe_alarms()["MetricAlarms"]},
        "dashboards": {
            each["DashboardName"] for each in cloudwatch.list_dashboards()["DashboardEntries"]
        },
        "schedules": {
            each["Name"] for each in aws.client("scheduler").list_schedules()["Schedules"]
        },
        "distributions": {each["Id"] for each in distributions.get("Items", ())},
    }
