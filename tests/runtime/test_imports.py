"""What a person waits for who meets a cold start."""

import subprocess
import sys

from tests.runtime.process import FUNCTIONS

# Each takes as long to import as all that a turn needs, or nearly so.
HEAVY = {"fastapi", "pydantic", "boto3", "botocore.session"}


def imported(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(FUNCTIONS)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stdout.split())


def test_a_turn_needs_nothing_heavy() -> None:
    modules = imported("chat.runtime.__main__, chat.app")
    assert "starlette" in modules
    assert not modules & HEAVY


def test_other_routes_are_there_when_they_are_asked_for() -> None:
    assert {"fastapi", "pydantic"} <= imported("chat.api.json_api")


def test_a_warm_up_needs_no_framework() -> None:
    assert not imported("warmup.handler") & (HEAVY | {"starlette", "mangum"})
