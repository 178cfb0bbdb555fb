"""The ping event, which keeps an environment alive."""

import asyncio
import time
from typing import Any

import pytest

from chat.app import handler
from tests.runtime.apps import answering
from tests.runtime.conftest import Running
from tests.runtime.function_url import function_url_event
from tests.runtime.strict_api import StrictRuntimeApi


async def never(*_: object) -> None:
    raise AssertionError("The app was called.")


async def test_ping_is_answered_without_the_app(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(never):
        call = lambda_api.invoke({"source": "warmup", "hold_ms": 0})
        await call.done.wait()
    assert (call.payload, call.error) == (b'{"warm": true}', None)


async def test_request_after_a_ping_is_served(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(b"ok")):
        lambda_api.invoke({"source": "warmup"})
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.body == b"ok"


@pytest.mark.parametrize(("hold_ms", "least_s"), [(200, 0.2), (-5, 0), ("long", 0), (None, 0)])
def test_stock_runtime_answers_pings(hold_ms: Any, least_s: float) -> None:
    started = time.monotonic()
    assert handler({"source": "warmup", "hold_ms": hold_ms}, None) == {"warm": True}  # type: ignore[arg-type]  # no context is needed
    assert time.monotonic() - started >= least_s


async def test_hold_time_of_a_ping_is_capped(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(never), asyncio.timeout(30):
        await lambda_api.invoke({"source": "warmup", "hold_ms": 3_600_000}).done.wait()
