"""What remains after the stack is removed: the conversations, and what identifies their owners."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from deploy.stack import Stack, StackResource
from deploy.steps import say

_RETAINED = ("Retain", "RetainExceptOnCreate")
_GONE = ("ResourceNotFoundException",)


@dataclass(frozen=True, slots=True)
class Kind:
    """`parameter` makes another stack use it, and `deletion` is the command that removes it."""

    name: str
    parameter: str
    deletion: str
    remove: Callable[[str], Any]


KINDS: Mapping[str, Kind] = {
    "AWS::DynamoDB::Table": Kind(
        "table",
        "KeptTable",
        "aws dynamodb delete-table --table-name {}",
        lambda name: boto3.client("dynamodb").delete_table(TableName=name),
    ),
    "AWS::SecretsManager::Secret": Kind(
        "secret",
        "KeptSessionSecret",
        "aws secretsmanager delete-secret --secret-id {}",
        lambda arn: boto3.client("secretsmanager").delete_secret(
            SecretId=arn, ForceDeleteWithoutRecovery=True
        ),
    ),
    "AWS::Cognito::UserPool": Kind(
        "user pool",
        "KeptUserPool",
        "aws cognito-idp delete-user-pool --user-pool-id {}",
        lambda pool: boto3.client("cognito-idp").delete_user_pool(UserPoolId=pool),
    ),
}


class Remains:
    """Create it before the stack is removed, because its names come from the stack."""

    def __init__(self, stack: Stack) -> None:
        policies = {
            name: resource.get("DeletionPolicy")
            for name, resource in stack.template().get("Resources", {}).items()
        }
        self._made = sorted(
            (each for each in stack.resources() if policies.get(each.name) in _RETAINED),
            key=_order,
        )
        self._used = {
            kind: stack.parameters[kind.parameter]
            for kind in KINDS.values()
            if stack.parameters.get(kind.parameter)
        }

    def __str__(self) -> str:
        named = [f"{_kind(each)} {each.id}" for each in self._made]
        named += [f"{kind.name} {name}" for kind, name in self._used.items()]
        return ", ".join(named) or "nothing"

    @property
    def parameters(self) -> str:
        """Return the parameters with which another stack uses them."""
        given = [(KINDS[each.type].parameter, each.id) for each in self._made if each.type in KINDS]
        given += [(kind.parameter, name) for kind, name in self._used.items()]
        return " ".join(f"{name}={value}" for name, value in given)

    def remove(self) -> None:
        """Remove what the stack created. What it was given may serve other stacks, and stays."""
        for each in self._made:
            if kind := KINDS.get(each.type):
                _remove(kind, each.id)
        for line in self._kept():
            say(f"      {line}")

    def _kept(self) -> Iterator[str]:
        for each in self._made:
            if each.type not in KINDS:
                yield f"Not removed: {each.type} {each.id}. Delete it in the console."
        for kind, name in self._used.items():
            yield (
                f"Not removed, because this stack did not make it: {kind.name} {name}. To delete"
                f" it too: {kind.deletion.format(name)}"
            )


def _order(resource: StackResource) -> int:
    """Sort the table first, and resources without a parameter last."""
    types = list(KINDS)
    return types.index(resource.type) if resource.type in KINDS else len(types)


def _kind(resource: StackResource) -> str:
    kind = KINDS.get(resource.type)
    return kind.name if kind else resource.type


def _remove(kind: Kind, name: str) -> None:
    try:
        kind.remove(name)
    except ClientError as error:
        # After a failed creation, the stack may list a resource that no longer exists.
        if error.response["Error"]["Code"] not in _GONE:
            raise
