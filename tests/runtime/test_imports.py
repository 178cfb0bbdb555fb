"""The modules that a cold start imports, and when the others load."""

import json
import subprocess
import sys

import pytest

from chat.lazy import EVERYTHING, FOR_TURNS
from tests.runtime.apps import answering
from tests.runtime.conftest import Running
from tests.runtime.function_url import function_url_event
from tests.runtime.process import FUNCTIONS
from tests.runtime.strict_api import StrictRuntimeApi

# Importing each takes about as long as importing everything that opens the page.
HEAVY = {"fastapi", "pydantic", "boto3", "botocore.session"}
FOR_THE_GATEWAY = {"httpx", "chat.turn.turns"}


def imported(code: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}; import json, sys; print(json.dumps(list(sys.modules)))"],
        env={"PYTHONPATH": str(FUNCTIONS)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ended.stdout))


def test_process_start_imports_only_what_opens_the_page() -> None:
    modules = imported("import chat.runtime.__main__, chat.app")
    assert {"starlette", "chat.api.start"} <= modules
    assert not modules & (HEAVY | FOR_THE_GATEWAY)


def test_turn_imports_nothing_heavy() -> None:
    modules = imported(f"from chat.lazy import *; import chat.app; load({FOR_TURNS!r})")
    assert modules >= FOR_THE_GATEWAY
    assert not modules & HEAVY


def test_ping_loads_everything() -> None:
    code = "from chat.app import handler; handler({'source': 'warmup'}, None)"
    assert imported(code) >= {*EVERYTHING, *FOR_THE_GATEWAY, "fastapi"}


async def test_turns_load_after_the_first_response(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    for module in FOR_TURNS:
        sys.modules.pop(module, None)
    async with running(answering(b"ok")):
        await lambda_api.invoke(function_url_event()).done.wait()
    assert sys.modules.keys() >= set(FOR_TURNS)


async def test_failing_import_of_turns_leaves_the_runtime_alive(
    lambda_api: StrictRuntimeApi, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in FOR_TURNS:
        # An import of None raises ImportError.
        monkeypatch.setitem(sys.modules, module, None)
    async with running(answering(b"ok")):
        for _ in range(2):
            call = lambda_api.invoke(function_url_event())
            await call.done.wait()
            assert call.body == b"ok"


def test_warm_up_imports_no_framework() -> None:
    assert not imported("import warmup.handler") & (HEAVY | {"starlette", "mangum"})
