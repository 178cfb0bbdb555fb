"""Whose account it is, and whether the chat can run in it and its region."""

from dataclasses import dataclass
from typing import Self

import boto3
from botocore.exceptions import ProfileNotFound

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-urls.html, and mx-central-1, where
# CloudFormation has no AWS::Lambda::Url. A test compares this with the schemas of cfn-lint.
WITHOUT_FUNCTION_URLS = frozenset(
    {
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "mx-central-1",
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    identity: str
    region: str

    @classmethod
    def current(cls) -> Self:
        """Raises what deploy.failure explains."""
        # STS alone would not need a region.
        region = boto3.client("cloudformation").meta.region_name
        caller = boto3.client("sts").get_caller_identity()
        return cls(caller["Account"], caller["Arn"], region)

    @property
    def partition(self) -> str:
        return self.identity.split(":")[1]

    def credentials(self) -> Finding:
        return Finding("credentials", f"account {self.id} as {self.identity}")

    def in_partition(self) -> Finding:
        if self.partition == "aws":
            return Finding("partition", "aws")
        return problem(
            "partition",
            f"this account is in {self.partition}, and the chat runs in the partition aws only:"
            " China and GovCloud lack streaming Function URLs or CloudFront. Use"
            " credentials of another account.",
        )


def configured_region() -> str:
    """Return the region of the environment or the profile, "" for none or an unknown profile."""
    try:
        return boto3.Session().region_name or ""
    except ProfileNotFound:
        return ""


def function_urls(plan: Plan) -> list[Finding]:
    if plan.region in WITHOUT_FUNCTION_URLS:
        return [
            problem(
                "region",
                f"{plan.region} has no Lambda Function URLs. Set AWS_REGION to one that has them,"
                " such as us-east-1 or eu-west-1"
                " (https://docs.aws.amazon.com/lambda/latest/dg/lambda-urls.html).",
            )
        ]
    return [Finding("region", f"{plan.region}, which has Function URLs")]
