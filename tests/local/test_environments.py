import asyncio
import json
import os
import re
from pathlib import Path

import httpx
import pytest

from tests.local.conftest import Serve, Served


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Held:
    """Requests that the function holds until their pipes are opened."""

    def __init__(self, served: Served, folder: Path) -> None:
        self._served = served
        self._folder = folder
        self._held: list[tuple[Path, httpx.Response]] = []

    async def start(self, count: int) -> list[int]:
        """Return the processes that hold them, once all do."""
        pipes = [self._folder / f"pipe-{len(self._held) + i}" for i in range(count)]
        return list(await asyncio.gather(*map(self._start_one, pipes)))

    async def _start_one(self, pipe: Path) -> int:
        os.mkfifo(pipe)
        response = await self._served.stream_when_idle("/gate", {"pipe": str(pipe)})
        self._held.append((pipe, response))
        return int((await anext(response.aiter_raw())).split()[1])

    async def release(self) -> None:
        while self._held:
            pipe, response = self._held.pop()
            await asyncio.to_thread(pipe.write_text, "")
            await response.aclose()


async def test_each_concurrent_request_has_its_own_environment(
    serve: Serve, tmp_path: Path
) -> None:
    async with serve() as served:
        held = Held(served, tmp_path)
        pids = await held.start(4)
        await held.release()
    assert len(set(pids)) == 4


async def test_each_idle_environment_serves_one_request(serve: Serve, tmp_path: Path) -> None:
    async with serve(cap=2) as served:
        held = Held(served, tmp_path)
        pids = await held.start(2)
        await held.release()
        (tmp_path / "again").mkdir()
        again = Held(served, tmp_path / "again")
        assert sorted(await again.start(2)) == sorted(pids)
        await again.release()


async def test_request_over_the_cap_is_throttled(serve: Serve, tmp_path: Path) -> None:
    async with serve(cap=2) as served:
        held = Held(served, tmp_path)
        await held.start(2)
        response = await served.client.get("/echo")
        await held.release()
    assert (response.status_code, response.text) == (429, "Rate Exceeded.")


async def test_reserved_concurrency_is_the_cap(serve: Serve, tmp_path: Path) -> None:
    async with serve(cap=10, reserved=1) as served:
        held = Held(served, tmp_path)
        await held.start(1)
        response = await served.client.get("/echo")
        await held.release()
    assert response.status_code == 429


async def test_idle_environment_is_reused(serve: Serve) -> None:
    async with serve(cap=1) as served:
        pids = set()
        for _ in range(3):
            pids.add((await served.get_when_idle("/echo")).json()["pid"])
    assert len(pids) == 1


async def test_idle_environment_is_stopped(serve: Serve) -> None:
    async with serve(idle_s=0.05) as served:
        pid = (await served.client.get("/echo")).json()["pid"]
        await served.has_no_environment()
    assert not process_exists(pid)


async def test_dead_environment_is_replaced(serve: Serve) -> None:
    async with serve(cap=1) as served:
        died = await served.client.get("/die")
        await served.has_no_environment()
        response = await served.client.get("/echo")
    assert (died.status_code, response.status_code) == (502, 200)
    assert "Runtime.ExitError: exit status 3" in served.log


async def test_environment_that_dies_idle_is_replaced(serve: Serve) -> None:
    async with serve(cap=1) as served:
        pid = (await served.client.get("/echo")).json()["pid"]
        os.kill(pid, 9)
        await served.has_no_environment()
        response = await served.client.get("/echo")
    assert response.json()["pid"] != pid


async def test_function_that_reports_an_error_keeps_its_environment(serve: Serve) -> None:
    async with serve(cap=1) as served:
        failed = await served.client.get("/fail")
        response = await served.get_when_idle("/echo")
    assert failed.status_code == 502
    assert response.status_code == 200
    assert not [line for line in served.log if line.startswith("Runtime.")]


async def test_environment_is_killed_at_its_deadline(serve: Serve) -> None:
    async with serve(timeout_s=0.3) as served:
        response = await served.client.get("/hang")
        await served.has_no_environment()
    assert response.status_code == 502
    pid = next(int(found[1]) for line in served.log if (found := re.match(r"hangs as (\d+)", line)))
    assert not process_exists(pid)
    assert "Sandbox.Timedout: Task timed out after 0.30 seconds" in served.log


async def test_failure_at_the_start_is_logged_and_is_502(serve: Serve) -> None:
    async with serve(FAILS_AT_START="1") as served:
        response = await served.client.get("/echo")
        await served.has_no_environment()
    assert response.status_code == 502
    assert "Broken: no settings" in served.log


@pytest.mark.parametrize("busy", [True, False])
async def test_no_process_outlives_the_function(serve: Serve, tmp_path: Path, busy: bool) -> None:
    async with serve() as served:
        if busy:
            (pid,) = await Held(served, tmp_path).start(1)
        else:
            pid = (await served.client.get("/echo")).json()["pid"]
        assert process_exists(pid)
    assert not process_exists(pid)


async def test_function_gets_the_environment_that_lambda_sets(serve: Serve) -> None:
    async with serve(OWN="setting") as served:
        echo = (await served.client.get("/echo")).json()
        environ = echo["environ"]
    assert environ["OWN"] == "setting"
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "Plain"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environ["_HANDLER"] == "plain.handler"
    assert environ["LAMBDA_TASK_ROOT"].endswith("plain_function")
    # DynamoDB and Lambda see what AWS gives: keys of a role, which have a token.
    assert environ["AWS_SESSION_TOKEN"]
    assert echo["files"] == [1024, 1024]
    # Lambda's Python buffers its output, and so does this one.
    assert "PYTHONUNBUFFERED" not in environ
    # The test process's own variables do not leak into it.
    assert "HOME" not in environ
    assert json.dumps(environ).count("PYTEST") == 0
