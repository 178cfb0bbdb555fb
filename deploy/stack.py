"""The deployed stack."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.intrinsics import load


@dataclass(frozen=True, slots=True)
class StackResource:
    """`name` is the template's name for the resource, `id` its service's own."""

    name: str
    type: str
    id: str


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

    def resources(self) -> Iterator[StackResource]:
        """Yield the resources that exist, even if the stack's creation failed."""
        pages = self._cloudformation.get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=self.name):
            for each in page["StackResourceSummaries"]:
                identifier = each.get("PhysicalResourceId")
                if identifier and each["ResourceStatus"] != "DELETE_COMPLETE":
                    yield StackResource(each["LogicalResourceId"], each["ResourceType"], identifier)

    def template(self) -> dict[str, Any]:
        """Return the deployed template, after SAM's transform."""
        found = self._cloudformation.get_template(StackName=self.name, TemplateStage="Processed")
        body = found["TemplateBody"]
        # boto3 has parsed JSON already, but not YAML.
        template: dict[str, Any] = load(body) if isinstance(body, str) else dict(body)
        return template

    def protect(self, policy: dict[str, Any]) -> None:
        """Set the stack policy, which every later update must obey."""
        self._cloudformation.set_stack_policy(
            StackName=self.name, StackPolicyBody=json.dumps(policy)
        )

    def _describe(self) -> dict[str, Any] | None:
        try:
            [stack] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        return dict(stack)
