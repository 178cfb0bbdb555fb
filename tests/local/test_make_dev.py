"""`python -m local` as a process: what it prints, how it ends, and what it leaves running."""

import re
import signal
from pathlib import Path

import httpx
import pytest

from local.http_server import Server
from tests.local.make_dev import ELSEWHERE, MakeDev, free_ports, make_dev
from tests.local.polling import until


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def start_everything(dev: MakeDev) -> list[int]:
    """Return its processes: at least one of each kind that runs without the model."""
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


async def test_sigkill_leaves_no_process_running(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        pids = await start_everything(dev)
        dev.process.kill()
        await dev.process.wait()

        async def gone() -> bool:
            return alive(pids) == []

        await until(gone)


async def test_signal_during_the_start_stops_it(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        await dev.read_until("Starting DynamoDB…")
        dev.process.terminate()
        assert await dev.finish() == 0
    assert dev.output.endswith("Stopped.\n")


async def test_gateway_from_the_environment_needs_no_model(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), **ELSEWHERE) as dev:
        await dev.read_until("Ctrl-C stops it.")
    assert "Loading the model" not in dev.output
    assert "http://127.0.0.1:9/llm" in dev.output


async def test_table_answers_at_a_second_address(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), "--also-on=127.0.0.2", **ELSEWHERE) as dev:
        await dev.read_until("Ctrl-C stops it.")
        url = re.search(r"DynamoDB +http://127\.0\.0\.1:(\d+)", dev.output)
        assert url
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.2:{url[1]}")).status_code


async def test_foreign_address_is_reported_in_one_sentence(tmp_path: Path) -> None:
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
async def test_taken_port_is_reported_in_one_sentence_with_a_remedy(
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


async def test_wrong_setting_is_reported_in_one_sentence(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), MAX_TOKENS="many") as dev:
        assert await dev.finish() == 1
    assert dev.output == "MAX_TOKENS is not a number from 1. Correct it.\n"


async def test_setting_that_lambda_cannot_hold_is_reported_in_one_sentence(tmp_path: Path) -> None:
    async with make_dev(*free_ports(tmp_path), SYSTEM_PROMPT="x" * 4096) as dev:
        assert await dev.finish() == 1
    assert re.fullmatch(
        r"The variables of ChatFunction are \d+ bytes, and Lambda allows 4096\."
        r" The largest: SYSTEM_PROMPT .*\.\n",
        dev.output,
    )
