import asyncio
from pathlib import Path

from tests.runtime.conftest import PATIENCE_S
from tests.runtime.function_url import function_url_event
from tests.runtime.process import function_process, task_root
from tests.runtime.strict_api import StrictRuntimeApi

SNAP_START = "snap-start"

# Answers with the hooks that ran, and whether random numbers repeat in every environment.
APP = """
import random, sys
from snapshot_restore_py import register_after_restore, register_before_snapshot

random.seed(1)
happened = []
register_before_snapshot(happened.append, "before, first registered")
register_before_snapshot(lambda: happened.append("chat.api.fastapi_app" in sys.modules))
register_after_restore(happened.append, "after, first registered")
register_after_restore(happened.append, "after, last registered")
EXPECTED = random.Random(1).random()


async def app(scope, receive, send):
    happened.append("same random" if random.random() == EXPECTED else "new random")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": "; ".join(map(str, happened)).encode()})
"""

FAILS_BEFORE = """
from snapshot_restore_py import register_before_snapshot
register_before_snapshot(lambda: 1 / 0)
app = None
"""
FAILS_AFTER = FAILS_BEFORE.replace("before_snapshot", "after_restore")


async def test_hooks_run_around_the_snapshot_and_random_is_reseeded_after_it(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    root = task_root(tmp_path, APP)
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(root, lambda_api.address, AWS_LAMBDA_INITIALIZATION_TYPE=SNAP_START),
    ):
        await lambda_api.snapshot.wait()
        assert lambda_api.order == ["snapshot"]
        lambda_api.restore.set()
        call = lambda_api.invoke(function_url_event("GET"))
        await call.done.wait()
    assert lambda_api.order[:3] == ["snapshot", "restore", "next"]
    assert call.body.decode().split("; ") == [
        "True",
        "before, first registered",
        "after, first registered",
        "after, last registered",
        "new random",
    ]


async def test_no_snapshot_is_waited_for_without_snap_start(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    root = task_root(tmp_path, APP)
    async with asyncio.timeout(PATIENCE_S), function_process(root, lambda_api.address):
        call = lambda_api.invoke(function_url_event("GET"))
        await call.done.wait()
    assert lambda_api.order[0] == "next"
    assert call.body == b"same random"


async def test_failure_before_the_snapshot_is_an_init_error(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    root = task_root(tmp_path, FAILS_BEFORE)
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(
            root, lambda_api.address, AWS_LAMBDA_INITIALIZATION_TYPE=SNAP_START
        ) as process,
    ):
        assert await process.ended() == 1
    assert lambda_api.init_error is not None
    assert lambda_api.init_error["errorType"] == "Runtime.ZeroDivisionError"
    assert lambda_api.order == []


async def test_failure_after_the_restore_is_a_restore_error(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    root = task_root(tmp_path, FAILS_AFTER)
    lambda_api.restore.set()
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(
            root, lambda_api.address, AWS_LAMBDA_INITIALIZATION_TYPE=SNAP_START
        ) as process,
    ):
        assert await process.ended() == 1
    assert lambda_api.restore_error is not None
    assert lambda_api.restore_error["errorType"] == "Runtime.ZeroDivisionError"
    assert lambda_api.order == ["snapshot", "restore"]
