import asyncio
import json
from pathlib import Path

import pytest

from tests.runtime.conftest import PATIENCE_S
from tests.runtime.function_url import function_url_event
from tests.runtime.process import function_process, task_root
from tests.runtime.strict_api import StrictRuntimeApi

ECHO = """
import asyncio, sys
from aws_lambda_powertools import Logger

logger = Logger(child=True)


async def app(scope, receive, send):
    body = (await receive())["body"]
    logger.info("answering")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"got ", "more_body": True})
    if scope["path"] == "/crash":
        logger.append_keys(request_id="reply-1")
        raise ValueError("crashed")
    await send({"type": "http.response.body", "body": body})
"""


async def test_bootstrap_starts_the_runtime_and_streams(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(task_root(tmp_path, ECHO), lambda_api.address),
    ):
        call = lambda_api.invoke(function_url_event("POST", body=b"it"))
        await call.done.wait()
    assert call.chunks[1:] == [b"got ", b"it"]


async def test_log_lines_hold_the_request_id_and_no_content(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    canary = "canary-5b1f"
    event = function_url_event(
        "POST",
        "/crash",
        query=f"q={canary}",
        headers={"authorization": f"Bearer {canary}"},
        body=canary.encode(),
    )
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(
            task_root(tmp_path, ECHO), lambda_api.address, LOG_LEVEL="DEBUG"
        ) as process,
    ):
        first = lambda_api.invoke(event)
        lambda_api.invoke({"unknown": canary})
        last = lambda_api.invoke(event)
        await last.done.wait()
        process.terminate()
        await process.ended()

    assert [(line["message"], line["function_request_id"]) for line in process.log] == [
        ("answering", first.request_id),
        ("The app failed", first.request_id),
        ("The event cannot be handled", "request-2"),
        ("answering", last.request_id),
        ("The app failed", last.request_id),
    ]
    assert [line["cold_start"] for line in process.log] == [True, True, False, False, False]
    assert ["request_id" in line for line in process.log] == [False, True, False, False, True]
    assert canary.encode() not in process.output


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "-u"])
async def test_output_survives_a_kill(
    lambda_api: StrictRuntimeApi, tmp_path: Path, unbuffered: str
) -> None:
    """Lambda sends no signal before the SIGKILL, and stdout is a pipe."""
    app = """
import sys

async def app(scope, receive, send):
    print("printed", "\\u03b1", "\\ud800")
    print("x" * 100_000)
    print("to stderr\\nin two lines", file=sys.stderr)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("crashed")
"""
    root = task_root(tmp_path, app)
    async with (
        asyncio.timeout(PATIENCE_S),
        # A function may set another LANG; this is the same for its output.
        function_process(
            root, lambda_api.address, PYTHONIOENCODING="ascii", PYTHONUNBUFFERED=unbuffered
        ) as process,
    ):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
        await process.stop()
    lines = process.output.decode().splitlines()
    assert lines[:2] == ["printed \u03b1 \\ud800", "x" * 100_000]
    assert lines[2:4] == ["to stderr", "in two lines"]
    (error,) = process.log
    assert error["message"] == "The app failed"
    assert error["exception"].count("\n") >= 2


async def test_sigterm_ends_the_process_between_invocations(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    root = task_root(tmp_path, ECHO)
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(root, lambda_api.address) as process,
    ):
        await lambda_api.polled.wait()
        process.terminate()
        assert await process.ended() == 0
    assert process.output == b""


@pytest.mark.parametrize(
    ("app", "error_type", "message"),
    [
        ("import missing_package", "Runtime.ModuleNotFoundError", "No module named"),
        ("raise ValueError('TABLE_NAME is not set.')", "Runtime.ValueError", "TABLE_NAME is not"),
        ("def app(:", "Runtime.SyntaxError", "invalid syntax"),
        ("app_is_missing = 1", "Runtime.ImportError", "cannot import name 'app'"),
        ("raise SystemExit('stop')", "Runtime.SystemExit", "stop"),
    ],
)
async def test_app_that_cannot_start_is_reported_and_ends_the_process(
    lambda_api: StrictRuntimeApi, tmp_path: Path, app: str, error_type: str, message: str
) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(task_root(tmp_path, app), lambda_api.address) as process,
    ):
        assert await process.ended() == 1
    assert lambda_api.init_error
    assert lambda_api.init_error["errorType"] == error_type
    assert message in lambda_api.init_error["errorMessage"]
    assert lambda_api.poll_connections == 0
    assert process.log[-1]["message"] == "The app cannot start"


async def test_process_ends_when_the_runtime_api_is_gone(tmp_path: Path) -> None:
    root = task_root(tmp_path, ECHO)
    async with StrictRuntimeApi() as api:
        address = api.address
    async with asyncio.timeout(PATIENCE_S), function_process(root, address) as process:
        assert await process.ended() == 1
    assert process.log[-1]["message"] == f"No Runtime API answers at {address}"


async def test_function_packages_take_precedence_over_lambda_packages(
    lambda_api: StrictRuntimeApi, tmp_path: Path
) -> None:
    app = """
import json, both, only_lambda

async def app(scope, receive, send):
    body = json.dumps([both.where, only_lambda.where]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""
    root = task_root(tmp_path, app)
    lambdas = root / "runtime-dir"
    lambdas.mkdir()
    (root / "both.py").write_text("where = 'function'")
    (lambdas / "both.py").write_text("where = 'lambda'")
    (lambdas / "only_lambda.py").write_text("where = 'lambda'")
    async with (
        asyncio.timeout(PATIENCE_S),
        # Lambda sets PYTHONPATH for its runtime.
        function_process(root, lambda_api.address, PYTHONPATH=str(lambdas)),
    ):
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert json.loads(call.body) == ["function", "lambda"]


async def test_sam_local_gets_the_stock_runtime(tmp_path: Path) -> None:
    root = task_root(tmp_path, ECHO)
    stock = ("/bin/echo", "the stock", "runtime")
    async with (
        asyncio.timeout(PATIENCE_S),
        function_process(root, "127.0.0.1:1", stock, AWS_SAM_LOCAL="true") as process,
    ):
        assert await process.ended() == 0
    assert process.output == b"the stock runtime\n"
