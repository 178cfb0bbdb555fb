"""Lambda freezes an idle environment until its next invocation."""

import asyncio
from pathlib import Path

from tests.local.conftest import Serve
from tests.local.polling import until


def state(pid: int) -> str:
    """Return the letter of proc(5): T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def frozen(pid: int) -> None:
    async def stopped() -> bool:
        return state(pid) == "T"

    await until(stopped)


async def test_idle_environment_is_frozen_and_answers_when_it_is_used_again(serve: Serve) -> None:
    async with serve(cap=1) as served:
        pids = set()
        for _ in range(3):
            pids.add(pid := (await served.get_when_idle("/echo")).json()["pid"])
            await frozen(pid)
    assert len(pids) == 1


async def test_work_after_the_answer_pauses_while_the_environment_is_frozen(
    serve: Serve, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    async with serve(cap=1) as served:
        response = await served.client.get("/background", params={"count": str(count)})
        await frozen(response.json()["pid"])
        before = count.read_text()
        # Long enough for hundreds of steps.
        await asyncio.sleep(0.3)
        assert count.read_text() == before

        async def goes_on() -> bool:
            await served.get_when_idle("/echo")
            return count.read_text() not in ("", before)

        await until(goes_on)


async def test_busy_environment_is_not_frozen(serve: Serve) -> None:
    async with serve(timeout_s=5) as served:
        hanging = asyncio.create_task(served.client.get("/hang"))

        async def hangs() -> bool:
            return any(line.startswith("hangs as") for line in served.log)

        await until(hangs)
        (line,) = (line for line in served.log if line.startswith("hangs as"))
        assert state(int(line.split()[2])) != "T"
        hanging.cancel()
