"""Reads from template.yaml what runs locally: functions, URL, schedule, table, page headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.intrinsics import Intrinsics, TemplateError, load
from local.rules import broken_rules


@dataclass(frozen=True, slots=True)
class Cors:
    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age_s: int = 0
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    every_s: float
    input: str


@dataclass(frozen=True, slots=True)
class EventPolicy:
    """What happens to the events of asynchronous invocations. The defaults are Lambda's."""

    retries: int = 2
    max_age_s: float = 21600


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    name: str
    handler: str
    runtime: str
    code: str
    timeout_s: float
    memory_mb: int
    variables: Mapping[str, str]
    has_url: bool = False
    cors: Cors | None = None
    schedule: Schedule | None = None
    events: EventPolicy = EventPolicy()
    # None if the function shares the account's concurrency.
    reserved_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """`creation` holds the arguments of CreateTable, except the name."""

    name: str
    creation: Mapping[str, Any]
    time_to_live: Mapping[str, Any] | None


class Template:
    """Raises TemplateError if the template lacks what the local cloud needs."""

    def __init__(self, text: str, parameters: Mapping[str, str] | None = None) -> None:
        self._document = load(text)
        self._intrinsics = Intrinsics(self._document, parameters or {})
        if broken := broken_rules(self._document.get("Rules", {}), self._intrinsics):
            raise TemplateError(" ".join(broken))

    @classmethod
    def read(cls, path: Path, parameters: Mapping[str, str] | None = None) -> "Template":
        return cls(path.read_text(), parameters)

    def functions(self) -> list[FunctionDefinition]:
        defaults = self._intrinsics.resolve(self._document.get("Globals", {}).get("Function", {}))
        found = self._resources("AWS::Serverless::Function")
        urls = {
            url["TargetFunctionArn"]: url for url in self._resources("AWS::Lambda::Url").values()
        }
        return [
            _function(name, defaults, properties, urls.get(name))
            for name, properties in found.items()
        ]

    def table(self) -> TableDefinition:
        for name, properties in self._resources("AWS::DynamoDB::Table").items():
            return _table(name, properties)
        raise TemplateError("template.yaml defines no AWS::DynamoDB::Table.")

    def page_headers_policy(self) -> dict[str, Any]:
        """Return the ResponseHeadersPolicyConfig, or {} without one."""
        for properties in self._resources("AWS::CloudFront::ResponseHeadersPolicy").values():
            policy: dict[str, Any] = properties["ResponseHeadersPolicyConfig"]
            return policy
        return {}

    def _resources(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: self._intrinsics.resolve(resource.get("Properties", {}))
            for name, resource in self._document["Resources"].items()
            if resource["Type"] == kind
            and ("Condition" not in resource or self._intrinsics.condition(resource["Condition"]))
        }


def _function(
    name: str, defaults: dict[str, Any], properties: dict[str, Any], url: dict[str, Any] | None
) -> FunctionDefinition:
    merged = defaults | properties
    return FunctionDefinition(
        name=name,
        handler=merged["Handler"],
        runtime=merged["Runtime"],
        code=merged["CodeUri"],
        # Lambda's defaults.
        timeout_s=float(merged.get("Timeout", 3)),
        memory_mb=int(merged.get("MemorySize", 128)),
        variables=_variables(defaults) | _variables(properties),
        has_url=url is not None,
        cors=_cors(url["Cors"]) if url and "Cors" in url else None,
        schedule=_schedule(properties.get("Events", {})),
        events=_event_policy(merged.get("EventInvokeConfig", {})),
        reserved_concurrency=_optional_int(merged.get("ReservedConcurrentExecutions")),
    )


def _event_policy(config: dict[str, Any]) -> EventPolicy:
    standard = EventPolicy()
    return EventPolicy(
        retries=int(config.get("MaximumRetryAttempts", standard.retries)),
        max_age_s=float(config.get("MaximumEventAgeInSeconds", standard.max_age_s)),
    )


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)


def _variables(properties: dict[str, Any]) -> dict[str, str]:
    variables = properties.get("Environment", {}).get("Variables", {})
    return {name: _text(value) for name, value in variables.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cors(cors: dict[str, Any]) -> Cors:
    return Cors(
        origins=tuple(cors.get("AllowOrigins", ())),
        methods=tuple(cors.get("AllowMethods", ())),
        headers=tuple(cors.get("AllowHeaders", ())),
        exposed=tuple(cors.get("ExposeHeaders", ())),
        max_age_s=int(cors.get("MaxAge", 0)),
        credentials=bool(cors.get("AllowCredentials", False)),
    )


def _schedule(events: dict[str, Any]) -> Schedule | None:
    for event in events.values():
        properties = event.get("Properties", {})
        if event["Type"] in ("Schedule", "ScheduleV2") and properties.get("State") != "DISABLED":
            expression = properties.get("ScheduleExpression") or properties["Schedule"]
            return Schedule(rate_s(expression), properties.get("Input", "{}"))
    return None


def rate_s(expression: str) -> float:
    """Return the seconds of an expression such as `rate(4 minutes)`."""
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return int(match[1]) * {"minute": 60.0, "hour": 3600.0, "day": 86400.0}[match[2]]
    raise TemplateError(f"Only rate(…) schedules run locally, not {expression}.")


def _table(name: str, properties: dict[str, Any]) -> TableDefinition:
    kept = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
    return TableDefinition(
        name=properties.get("TableName", name),
        creation={key: properties[key] for key in kept if key in properties},
        time_to_live=properties.get("TimeToLiveSpecification"),
    )
