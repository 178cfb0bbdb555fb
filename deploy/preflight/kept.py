"""Whether the table, secret and user pool that the stack should use again still exist."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan
from deploy.preflight.secret import scheduled_for_deletion

_SUBJECT = "kept"
# Secrets Manager and Cognito refuse a malformed name as invalid.
_MISSING = (
    "ResourceNotFoundException",
    "ValidationException",
    "InvalidParameterException",
)
_FOUND_BY: Mapping[str, Callable[[str], Any]] = {
    "KeptTable": lambda name: boto3.client("dynamodb").describe_table(TableName=name),
    "KeptSessionSecret": lambda arn: boto3.client("secretsmanager").describe_secret(SecretId=arn),
    "KeptUserPool": lambda pool: boto3.client("cognito-idp").describe_user_pool(UserPoolId=pool),
}


def kept(plan: Plan) -> Iterator[Finding]:
    """One finding for each parameter that is set."""
    for parameter, find in _FOUND_BY.items():
        name = plan.parameters[parameter]
        if not name:
            continue
        try:
            found = find(name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            yield problem(
                _SUBJECT,
                f"{parameter}={name} does not exist in {plan.region}: correct it, or set"
                f" {parameter}= to create a new one.",
            )
            continue
        if "DeletedDate" in found:
            yield scheduled_for_deletion(_SUBJECT, name, plan.region)
        else:
            yield Finding(_SUBJECT, f"{parameter}={name} exists")
