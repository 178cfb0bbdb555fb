"""Whether names and the functions' variables are within AWS's limits."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan
from local.variables import MAX_BYTES, environment_bytes

_LONGEST_STACK_NAME = 128
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
_STACK_NAME = re.compile("[A-Za-z][A-Za-z0-9-]*")
# Names that the template sets: where they are in the properties, and AWS's limit.
_NAMED = {
    "AWS::CloudFront::Function": (("Name",), 64),
    "AWS::CloudFront::OriginAccessControl": (("OriginAccessControlConfig", "Name"), 64),
    "AWS::CloudFront::ResponseHeadersPolicy": (("ResponseHeadersPolicyConfig", "Name"), 128),
    "AWS::CloudWatch::Dashboard": (("DashboardName",), 255),
    "AWS::Cognito::UserPoolDomain": (("Domain",), 63),
}


def names(plan: Plan) -> list[Finding]:
    problems = []
    if not _STACK_NAME.fullmatch(plan.name):
        problems.append(
            f"{plan.name} is not a valid stack name: begin with a letter, and use letters, digits"
            " and hyphens only."
        )
    if len(plan.name) > _LONGEST_STACK_NAME:
        problems.append(f"the stack's name is longer than {_LONGEST_STACK_NAME} characters.")
    for resource, name, limit in _given_names(plan):
        if len(name) > limit:
            problems.append(
                f"{resource} would be called {name}, which is longer than {limit} characters:"
                f" shorten the stack's name by {len(name) - limit}."
            )
    if problems:
        return [problem("names", text) for text in problems]
    return [Finding("names", "within AWS's limits")]


def variables(plan: Plan) -> list[Finding]:
    environments = plan.blueprint.variables()
    sizes = {name: environment_bytes(each) for name, each in environments.items()}
    problems = [
        problem("variables", _too_large(name, size, environments[name]))
        for name, size in sizes.items()
        if size > MAX_BYTES
    ]
    listed = ", ".join(f"{size} bytes of {name}" for name, size in sizes.items())
    return problems or [Finding("variables", f"{listed}, of {MAX_BYTES} allowed")]


def _too_large(function: str, size: int, environment: Mapping[str, str]) -> str:
    largest = sorted(environment, key=lambda name: len(environment[name].encode()), reverse=True)
    listed = ", ".join(f"{name} {len(environment[name].encode())}" for name in largest[:2])
    return (
        f"the variables of {function} need {size} bytes (largest: {listed}), and Lambda takes"
        f" {MAX_BYTES}: put the models or the system prompt into a file in functions/"
        " and set Models=@models.json or SystemPrompt=@prompt.txt."
    )


def _given_names(plan: Plan) -> Iterator[tuple[str, str, int]]:
    for kind, (path, limit) in _NAMED.items():
        for resource, properties in plan.blueprint.properties(kind).items():
            value: Any = properties
            for key in path:
                value = value[key]
            yield resource, str(value), limit
