"""Stacks in an emulated account: which are refused, and what they leave when removed."""

import io
import json
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.background import Background
from tests.deploy.cloud import Account, account
from tests.sam.transformed import transformed


class Stacks:
    def __init__(self, aws: Account) -> None:
        self._aws = aws
        self._cloudformation = aws.client("cloudformation")
        self._s3 = aws.client("s3")
        self._s3.create_bucket(Bucket="bucket")
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("none.py", "")
        # Where tests/sam/transform.py says that the code is.
        self._s3.put_object(Bucket="bucket", Key="key", Body=code.getvalue())

    def create(
        self, name: str, template: dict[str, Any] | None = None, **parameters: str
    ) -> dict[str, str]:
        """Return the outputs. Raises ClientError if it is refused, WaiterError if it fails."""
        # Longer than what an API call may carry.
        body = json.dumps(template or transformed())
        self._s3.put_object(Bucket="bucket", Key="template.json", Body=body)
        self._cloudformation.create_stack(
            StackName=name,
            TemplateURL=f"{self._aws.endpoint}/bucket/template.json",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": each, "ParameterValue": value}
                for each, value in parameters.items()
            ],
        )
        self._wait("stack_create_complete", name)
        return self._aws.outputs(name)

    def delete(self, name: str) -> None:
        self._cloudformation.delete_stack(StackName=name)
        self._wait("stack_delete_complete", name)

    def _wait(self, state: str, name: str) -> None:
        waiter = self._cloudformation.get_waiter(state)
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


@pytest.fixture(scope="module")
def aws(background: Background) -> Iterator[Account]:
    with TemporaryDirectory() as home, background.running(account(Path(home), print)) as running:
        yield running


@pytest.fixture(scope="module")
def stacks(aws: Account) -> Stacks:
    return Stacks(aws)


def test_contradicting_settings_are_refused_before_anything_is_made(
    stacks: Stacks, aws: Account
) -> None:
    with pytest.raises(ClientError, match=r"DomainName needs CertificateArn.*Set both"):
        stacks.create("refused", DomainName="chat.example.com")
    assert aws.tables() == []


def test_a_failed_first_deployment_leaves_nothing(stacks: Stacks, aws: Account) -> None:
    broken = deepcopy(transformed())
    # The function's creation fails, after everything that it refers to was created.
    variables = broken["Resources"]["ChatFunction"]["Properties"]["Environment"]["Variables"]
    variables["BROKEN"] = {"Fn::GetAtt": ["Table", "Nothing"]}
    with pytest.raises(WaiterError):
        stacks.create("failed", broken, SignIn="cognito")
    assert aws.tables() == []
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []
    assert aws.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"] == []


def test_users_of_a_kept_user_pool_keep_their_ids(stacks: Stacks, aws: Account) -> None:
    before = stacks.create("before", SignIn="cognito")
    stacks.delete("before")
    assert aws.tables() == [before["TableName"]]
    after = stacks.create(
        "after",
        SignIn="cognito",
        KeptUserPool=before["UserPoolId"],
        KeptTable=before["TableName"],
    )
    # A user id is made from the issuer and the person's id in the pool.
    assert after["SignInIssuer"] == before["SignInIssuer"]
    assert after["SignInClientId"] != before["SignInClientId"]
    cognito = aws.client("cognito-idp")
    assert len(cognito.list_user_pools(MaxResults=10)["UserPools"]) == 1
    assert cognito.describe_user_pool(UserPoolId=after["UserPoolId"])["UserPool"]["Domain"]
    assert aws.tables() == [before["TableName"]]
