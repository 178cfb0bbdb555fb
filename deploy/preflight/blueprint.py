"""template.yaml with parameter values, and placeholders for the names that AWS generates."""

from collections.abc import Mapping
from typing import Any

from local.intrinsics import Intrinsics
from local.rules import broken_rules

# Stands for any attribute of a resource, such as an ARN. No attribute is longer.
_ATTRIBUTE = "x" * 100
# CloudFormation ends each name that it generates with this many random characters.
_SUFFIX = "X" * 12
_UUID = "00000000-0000-0000-0000-000000000000"


class Blueprint:
    def __init__(
        self,
        document: Mapping[str, Any],
        parameters: Mapping[str, str],
        stack: str,
        region: str,
        account: str,
    ) -> None:
        self._resources: dict[str, dict[str, Any]] = document["Resources"]
        arn = f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/{_UUID}"
        pseudo = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::StackName": stack,
            "AWS::StackId": arn,
        }
        names = {
            name: _physical_id(resource["Type"], name, stack, region, account)
            for name, resource in self._resources.items()
        }
        # Ref treats all of these like parameters, so each is declared as one.
        known = {name: {"Default": value} for name, value in (pseudo | names).items()}
        self._intrinsics = Intrinsics(
            {**document, "Parameters": {**document["Parameters"], **known}}, parameters
        )
        self._rules = document.get("Rules", {})
        self._defaults = document.get("Globals", {}).get("Function", {})

    def resources(self) -> dict[str, str]:
        """Return the type of each resource that the stack would have, without what SAM adds."""
        return {
            name: resource["Type"]
            for name, resource in self._resources.items()
            if "Condition" not in resource or self._intrinsics.condition(resource["Condition"])
        }

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the stack's resources of one type."""
        return {
            name: self._resolved(self._resources[name].get("Properties", {}))
            for name, each in self.resources().items()
            if each == kind
        }

    def variables(self) -> dict[str, dict[str, str]]:
        """Return each function's environment."""
        common = _variables(self._resolved(self._defaults))
        return {
            name: common | _variables(properties)
            for name, properties in self.properties("AWS::Serverless::Function").items()
        }

    def broken_rules(self) -> list[str]:
        """Return what the template's rules say about the parameters."""
        return broken_rules(self._rules, self._intrinsics)

    def _resolved(self, value: Any) -> Any:
        return self._intrinsics.resolve(_without_attributes(value))


def _without_attributes(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_attributes(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        return _ATTRIBUTE
    return {key: _without_attributes(item) for key, item in value.items()}


def _variables(properties: Mapping[str, Any]) -> dict[str, str]:
    variables = properties.get("Environment", {}).get("Variables", {})
    return {name: str(value) for name, value in variables.items()}


def _physical_id(kind: str, name: str, stack: str, region: str, account: str) -> str:
    match kind:
        case "AWS::SecretsManager::Secret":
            return f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-{_SUFFIX}-XXXXXX"
        case "AWS::Cognito::UserPoolClient":
            return "x" * 26
    return f"{stack}-{name}-{_SUFFIX}"
