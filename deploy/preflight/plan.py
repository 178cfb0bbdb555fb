"""The planned deployment: its stack, parameters and template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from deploy.preflight.blueprint import Blueprint
from deploy.sam import ROOT
from deploy.stack import Stack
from local.intrinsics import load
from shared.package_text import PACKAGE
from shared.settings import Settings

TEMPLATE = ROOT / "template.yaml"
STAND_IN_REGION = "us-east-1"


@dataclass(frozen=True)
class Plan:
    """`given` are the command line's parameters. `stack` is None without valid credentials."""

    name: str
    given: Mapping[str, str]
    stack: Stack | None = None
    # Parts of ARNs. Without credentials, only the length of these values matters.
    account: str = "000000000000"
    region: str = STAND_IN_REGION
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    @cached_property
    def document(self) -> dict[str, Any]:
        return load(TEMPLATE.read_text())

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Every parameter of the template, with the value it would have."""
        declared = self.document["Parameters"]
        defaults = {name: str(each.get("Default", "")) for name, each in declared.items()}
        kept = self.stack.parameters if self.stack else {}
        known = {**defaults, **kept, **self.given}
        return {name: known[name] for name in declared}

    @property
    def is_first(self) -> bool:
        return self.stack is None or not self.stack.exists

    def settings(self, function: str, package: Path = PACKAGE) -> Settings:
        """Read the settings as the function would. Raises SettingsError."""
        variables = self.blueprint.variables()[function]
        given = {name: value for name, value in variables.items() if value}
        # A function starts without a gateway too.
        return Settings.from_env({"LIVEPEER_GATEWAY_URL": "http://none", **given}, package)

    @cached_property
    def blueprint(self) -> Blueprint:
        return Blueprint(self.document, self.parameters, self.name, self.region, self.account)
