"""A template's rules: which parameters may be chosen together.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from local.intrinsics import Intrinsics, TemplateError


def check_rules(rules: Mapping[str, Any], intrinsics: Intrinsics) -> None:
    """Raises TemplateError with the sentence of the first assertion that fails."""
    for name, rule in rules.items():
        if "RuleCondition" in rule and not intrinsics.resolve(rule["RuleCondition"]):
            continue
        for assertion in rule["Assertions"]:
            if not intrinsics.resolve(assertion["Assert"]):
                raise TemplateError(assertion.get("AssertDescription", f"The rule {name} fails."))
