"""Whether the functions can read the gateway's key. The key itself is never read."""

import boto3
from botocore.exceptions import ClientError

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan
from deploy.preflight.secret import scheduled_for_deletion

_SUBJECT = "gateway's key"


def gateway_key(plan: Plan) -> list[Finding]:
    name = plan.parameters["GatewayKeySecret"]
    if not name:
        return [Finding(_SUBJECT, "none")]
    try:
        secret = boto3.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return [
            problem(
                _SUBJECT,
                f"there is no secret {name} in {plan.region}: run aws secretsmanager create-secret"
                f" --name {name} --secret-string KEY --region {plan.region}.",
            )
        ]
    if "DeletedDate" in secret:
        return [scheduled_for_deletion(_SUBJECT, name, plan.region)]
    if not any("AWSCURRENT" in stages for stages in secret.get("VersionIdsToStages", {}).values()):
        return [
            problem(
                _SUBJECT,
                f"the secret {name} has no value: run aws secretsmanager put-secret-value"
                f" --secret-id {name} --secret-string KEY --region {plan.region}.",
            )
        ]
    return [_encryption(plan, name, secret.get("KmsKeyId", ""))]


def _encryption(plan: Plan, name: str, key: str) -> Finding:
    """`key` is empty if AWS's own key encrypts the secret.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
    """
    given = plan.parameters["GatewayKeyKmsKey"]
    if not key or key.endswith("alias/aws/secretsmanager"):
        return Finding(_SUBJECT, f"the secret {name} has a value")
    # The secret may name its key by an id or alias, but a policy needs the ARN.
    arn = key if ":key/" in key else _arn(key)
    if given != arn:
        return problem(
            _SUBJECT,
            f"the secret {name} is encrypted with a KMS key that the functions may not use: set"
            f" GatewayKeyKmsKey={arn}",
        )
    return Finding(_SUBJECT, f"the secret {name} has a value, encrypted with {arn}")


def _arn(key: str) -> str:
    return str(boto3.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"])
