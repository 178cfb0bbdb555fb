"""`make destroy`: what it removes, and what it keeps for a later stack."""

from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError
from ulid import ULID

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


def test_keep_table_no_removes_the_conversations(
    aws: Account, gateway_url: str, built_template: Path
) -> None:
    stack = "chat-to-forget"
    outputs = aws.create(built_template, stack, gateway_url)
    aws.make("destroy", f"ARGS=--stack {stack}", KEEP_TABLE="no")
    assert outputs["TableName"] not in aws.tables()
    with pytest.raises(ClientError):
        aws.client("secretsmanager").describe_secret(SecretId=outputs["SessionSecretArn"])
