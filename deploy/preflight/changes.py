"""What the deployment would create, change and remove."""

from collections import Counter
from collections.abc import Iterable

from deploy.preflight.finding import Finding
from deploy.preflight.plan import Plan

# Longer values are cut.
_SHOWN = 40


def changes(plan: Plan) -> list[Finding]:
    planned = plan.blueprint.resources()
    if plan.is_first or plan.stack is None:
        text = f"creates {len(planned)} resources ({_counted(planned)}), and SAM adds roles"
        return [Finding("changes", text)]
    present = {each.name for each in plan.stack.resources()}
    created = {name: kind for name, kind in planned.items() if name not in present}
    # What SAM adds is in the stack but not in the template.
    removed = [
        name for name in plan.document["Resources"] if name in present and name not in planned
    ]
    parts = [
        f"updates {len(planned) - len(created)} resources where they differ",
        f"creates {_counted(created)}" if created else "creates none",
        f"removes {', '.join(removed)}" if removed else "removes none",
        *_settings(plan),
    ]
    return [Finding("changes", "; ".join(parts))]


def _counted(resources: dict[str, str]) -> str:
    counts = Counter(kind.removeprefix("AWS::").replace("::", " ") for kind in resources.values())
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common())


def _settings(plan: Plan) -> Iterable[str]:
    kept = plan.stack.parameters if plan.stack else {}
    for name, value in plan.given.items():
        if kept.get(name, "") != value:
            yield f"{name} {_short(kept.get(name, ''))} → {_short(value)}"


def _short(value: str) -> str:
    if not value:
        return "(empty)"
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
