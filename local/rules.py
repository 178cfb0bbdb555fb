"""A template's rules: which parameters may be chosen together.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from local.intrinsics import Intrinsics


def broken_rules(rules: Mapping[str, Any], intrinsics: Intrinsics) -> list[str]:
    """Return the sentence of each assertion that fails. Raises TemplateError."""
    return [
        assertion.get("AssertDescription", f"The rule {name} fails.")
        for name, rule in rules.items()
        if "RuleCondition" not in rule or intrinsics.resolve(rule["RuleCondition"])
        for assertion in rule["Assertions"]
        if not intrinsics.resolve(assertion["Assert"])
    ]
