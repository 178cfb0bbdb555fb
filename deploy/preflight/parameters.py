"""Whether CloudFormation would take the parameters, and the functions could start with them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan
from shared.package_text import PACKAGE, file_name
from shared.settings import SettingsError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LONGEST_VALUE = 4096
# These may name a file of the functions' package, as `@file`.
_TEXTS = ("Models", "SystemPrompt")


def parameters(plan: Plan, package: Path = PACKAGE) -> list[Finding]:
    declared = plan.document["Parameters"]
    problems = [
        *_unknown(plan),
        *(
            f"{name}: {reason}."
            for name, value in plan.parameters.items()
            for reason in _refused(name, value, declared[name])
        ),
        *_missing_files(plan, package),
        *plan.blueprint.broken_rules(),
    ]
    if plan.is_first and not plan.parameters["GatewayUrl"]:
        problems.append(
            "Say where the gateway is: make deploy ARGS='GatewayUrl=https://gateway.example'."
        )
    problems = problems or _refused_by_functions(plan, package)
    if problems:
        return [problem("parameters", text) for text in problems]
    return [Finding("parameters", f"{len(plan.given)} given, all valid")]


def _unknown(plan: Plan) -> Iterator[str]:
    declared = plan.document["Parameters"]
    lower = {name.lower(): name for name in declared}
    for name in plan.given:
        if name in declared:
            continue
        near = get_close_matches(name.lower(), lower, 1, cutoff=0.5)
        hint = f" Did you mean {lower[near[0]]}?" if near else " template.yaml lists them."
        yield f"There is no parameter {name}.{hint}"


def _refused(name: str, value: str, declared: dict[str, Any]) -> Iterator[str]:
    if (size := len(value.encode())) > LONGEST_VALUE:
        advice = (
            f"put the text into a file in functions/ and set {name}=@file"
            if name in _TEXTS
            else "shorten it"
        )
        yield f"its value has {size} bytes, and CloudFormation takes {LONGEST_VALUE}: {advice}"
        return
    allowed = [str(each) for each in declared.get("AllowedValues", ())]
    if allowed and value not in allowed:
        yield f"{value!r} is not one of {', '.join(allowed)}"
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{value!r} {declared.get('ConstraintDescription', f'does not match {pattern}')}"
    if declared["Type"] == "Number":
        yield from _not_in_range(value, declared)


def _not_in_range(value: str, declared: dict[str, Any]) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield f"{value!r} is not a number"
        return
    if number < declared.get("MinValue", number):
        yield f"{value} is below {declared['MinValue']}"
    if number > declared.get("MaxValue", number):
        yield f"{value} is above {declared['MaxValue']}"


def _refused_by_functions(plan: Plan, package: Path) -> list[str]:
    problems = []
    for function in plan.blueprint.variables():
        try:
            plan.settings(function, package)
        except SettingsError as error:
            problems.append(f"{function} could not start. {error}")
    return problems


def _missing_files(plan: Plan, package: Path) -> Iterator[str]:
    for name in _TEXTS:
        if not (file := file_name(plan.parameters[name])):
            continue
        try:
            (package / file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            yield f"{name} names the file functions/{file}, which cannot be read as UTF-8."
