"""A CloudFormation template's intrinsic functions, parameters and conditions."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

# The value of `!Ref AWS::NoValue`, which removes the property.
NO_VALUE = object()

PSEUDO_PARAMETERS: dict[str, Any] = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "local",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/local/local",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": NO_VALUE,
}


class TemplateError(Exception):
    """The template contains something that cannot run locally."""


class _Loader(yaml.SafeLoader):
    pass


def _tagged(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - there is no fourth kind
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _tagged)


def load(text: str) -> dict[str, Any]:
    """Parse the template and expand its tags: `!Ref A` becomes `{"Ref": "A"}`."""
    document: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    return document


class Intrinsics:
    """Resolves the functions the local cloud needs. A resource's Ref is its logical id."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        declared = document.get("Parameters", {})
        self._values = PSEUDO_PARAMETERS | {
            name: parameters.get(name, declared[name].get("Default", "")) for name in declared
        }
        self._conditions = document.get("Conditions", {})
        self._mappings = document.get("Mappings", {})

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref":
                return self._values.get(argument, argument)
            if name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
        items = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        return self._holds(self._conditions[name])

    def _holds(self, expression: dict[str, Any]) -> bool:
        if "Condition" in expression:
            return self.condition(expression["Condition"])
        return bool(self.resolve(expression))

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "If":
                condition, then, otherwise = argument
                return self.resolve(then if self.condition(condition) else otherwise)
            case "Equals":
                left, right = map(self.resolve, argument)
                return str(left) == str(right)
            case "Not":
                return not self._holds(argument[0])
            case "And":
                return all(map(self._holds, argument))
            case "Or":
                return any(map(self._holds, argument))
            case "Contains":
                items, item = map(self.resolve, argument)
                return str(item) in map(str, items)
            case "Join":
                separator, items = argument
                return separator.join(map(str, self.resolve(items)))
            case "Split":
                separator, text = argument
                return str(self.resolve(text)).split(separator)
            case "Select":
                index, items = map(self.resolve, argument)
                return items[int(index)]
            case "FindInMap":
                mapping, first, second = map(self.resolve, argument)
                return self._mappings[mapping][first][second]
            case "GetAtt":
                return ".".join(map(str, argument))
            case "Sub":
                return self._substitute(argument)
            case _:
                raise TemplateError(
                    f"Fn::{name} is not supported by the local cloud (local/intrinsics.py)."
                )

    def _substitute(self, argument: Any) -> str:
        text, values = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            return str(
                self.resolve(values[name]) if name in values else self._values.get(name, name)
            )

        return re.sub(r"\$\{([^}]+)\}", value, text)
