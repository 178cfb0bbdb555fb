"""The deployed stack."""

from typing import Any

import boto3
from botocore.exceptions import ClientError


class Stack:
    def __init__(self, name: str) -> None:
        self.name = name
        self._cloudformation = boto3.client("cloudformation")
        self._description = self._describe() or {}

    @property
    def region(self) -> str:
        return str(self._cloudformation.meta.region_name)

    @property
    def status(self) -> str:
        """CloudFormation's status, or "" without a stack."""
        return str(self._description.get("StackStatus", ""))

    @property
    def exists(self) -> bool:
        """A stack with only a change set does not exist yet."""
        return self.status not in ("", "REVIEW_IN_PROGRESS")

    @property
    def outputs(self) -> dict[str, str]:
        outputs = self._description.get("Outputs", ())
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    @property
    def parameters(self) -> dict[str, str]:
        parameters = self._description.get("Parameters", ())
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in parameters}

    def physical_id(self, resource: str) -> str:
        found = self._cloudformation.describe_stack_resource(
            StackName=self.name, LogicalResourceId=resource
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def _describe(self) -> dict[str, Any] | None:
        try:
            [stack] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        return dict(stack)
