"""`python -m local` as a process: its words, its end, and nothing left behind."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from local.__main__ import duration_s, parse
from local.cloud import ROOT
from local.http_server import Server
from tests.local.polling import until

# Nobody listens there; a chosen gateway also means that no model is loaded.
ELSEWHERE = {"LIVEPEER_GATEWAY_URL": "http://127.0.0.1:9/llm"}


@dataclass
class MakeDev:
    process: asyncio.subprocess.Process
    output: str = ""

    async def read_until(self, text: str) -> None:
        assert self.process.stdout
        while text not in self.output:
            line = await self.process.stdout.readline()
            assert line, self.output
            self.output += line.decode()

    async def finish(self) -> int:
        assert self.process.stdout
        self.output += (await self.process.stdout.read()).decode()
        return await self.process.wait()

    def children(self) -> list[int]:
        """Of all generations."""
        found, parents = [], [self.process.pid]
        while parents:
            children = Path(f"/proc/{parents[0]}/task/{parents.pop(0)}/children").read_text()
            parents += (pids := [int(pid) for pid in children.split()])
            found += pids
        return found


@asynccontextmanager
async def make_dev(*arguments: str, **environ: str) -> AsyncIterator[MakeDev]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local",
        *arguments,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield MakeDev(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def free_ports(state: Path) -> list[str]:
    return ["--port=0", "--url-port=0", "--gateway-port=0", f"--state={state}", "--no-warmup"]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def start_everything(dev: MakeDev) -> list[int]:
    """Returns the processes, one of each kind that runs without the model."""
    await dev.read_until("Ctrl-C stops it.")
    url = re.search(r"Function URL +(\S+)", dev.output)
    assert url
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        assert (await client.get(f"{url[1]}/healthz")).json() == {"status": "ok"}
    pids = dev.children()
    commands = " ".join(map(command, pids))
    assert "ministack" in commands
    assert "chat.runtime" in commands
    return pids


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_stops_every_process(tmp_path: Path, number: signal.Signals) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        pids = await start_everything(dev)
        dev.process.send_signal(number)
        assert await dev.finish() == 0
        assert alive(pids) == []
    assert dev.output.endswith("Stopping…\nStopped.\n")


async def test_killed_outright_it_leaves_no_process_either(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        pids = await start_everything(dev)
        dev.process.kill()
        await dev.process.wait()

        async def gone() -> bool:
            return alive(pids) == []

        await until(gone)


async def test_signal_while_it_starts_stops_it(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        await dev.read_until("Starting DynamoDB…")
        dev.process.terminate()
        assert await dev.finish() == 0
    assert dev.output.endswith("Stopped.\n")


async def test_chosen_gateway_needs_no_model(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        await dev.read_until("Ctrl-C stops it.")
    assert "Loading the model" not in dev.output
    assert "http://127.0.0.1:9/llm" in dev.output


async def test_containers_find_the_table_at_a_second_address(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), "--also-on=127.0.0.2", **ELSEWHERE) as dev:
        await dev.read_until("Ctrl-C stops it.")
        url = re.search(r"DynamoDB +http://127\.0\.0\.1:(\d+)", dev.output)
        assert url
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.2:{url[1]}")).status_code


async def test_an_address_that_is_not_this_machines_is_one_sentence(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), "--also-on=203.0.113.7", **ELSEWHERE) as dev:
        assert await dev.finish() == 1
    assert dev.output.endswith("This machine has no address 203.0.113.7.\n")


async def test_setting_in_the_environment_reaches_the_functions(tmp_path: Path) -> None:
    models = '["one/model"]'
    settings = {**ELSEWHERE, "LIVEPEER_MODELS": models, "LIVEPEER_LLM_MODEL": "one/model"}
    async with make_dev(*free_ports(tmp_path), **settings) as dev:
        await dev.read_until("Ctrl-C stops it.")
        url = re.search(r"Function URL +(\S+)", dev.output)
        assert url
        async with httpx.AsyncClient(base_url=url[1], timeout=60, trust_env=False) as client:
            token = (await client.post("/api/sessions", json={})).json()["token"]
            headers = {"authorization": f"Bearer {token}"}
            listed = (await client.get("/api/models", headers=headers)).json()
    assert [model["id"] for model in listed["models"]] == ["one/model"]


@pytest.mark.parametrize(
    ("flag", "variable"),
    [
        ("--port", "PAGE_PORT"),
        ("--url-port", "FUNCTION_URL_PORT"),
        ("--gateway-port", "GATEWAY_PORT"),
    ],
)
async def test_taken_port_is_one_sentence_with_the_remedy(
    tmp_path: Path, flag: str, variable: str
) -> None:
    taken = Server()
    async with make_dev(*free_ports(tmp_path), f"{flag}={taken.port}") as dev:
        assert await dev.finish() == 1
    taken.close()
    other = taken.port + 10
    assert dev.output == (
        f"Port {taken.port} is taken. Stop what uses it, or choose another:"
        f" make dev ARGS='{flag} {other}', or {variable}={other} make dev.\n"
    )


async def test_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), MAX_TOKENS="many") as dev:
        assert await dev.finish() == 1
    assert dev.output == "MAX_TOKENS is not a number from 1. Correct it.\n"


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("5m", 300), ("0.5", 0.5), ("1h", 3600)]
)
def test_duration(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


def test_ports_come_from_flags_then_the_environment_then_the_defaults() -> None:
    options = parse(["--port", "1"], {"PAGE_PORT": "2", "FUNCTION_URL_PORT": "3"})
    assert (options.page_port, options.url_port, options.gateway_port) == (1, 3, 8082)
