"""Installs and compiles each side's packages as a deployment does."""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
UV = ROOT / ".venv" / "uv" / "bin" / "uv"
PEER_PACKAGES = ("fastapi", "uvicorn", "httpx", "aws-lambda-powertools")
# Part of Lambda's runtime, so neither side deploys it.
RUNTIME_PACKAGES = ("boto3",)


@dataclass(frozen=True, slots=True)
class Packages:
    """`python` is an interpreter without any packages, like Lambda's."""

    python: Path
    deployed: Path
    runtime: Path


def install_ours(folder: Path, interpreter: str = sys.executable) -> Packages:
    """Builds the chat function as deployed to this version of Python."""
    packages = _new(folder, interpreter)
    ours = packages.deployed
    ours.mkdir()
    run(
        "make", "--silent", "-C", str(ROOT / "functions"), "build-ChatFunction",
        f"ARTIFACTS_DIR={ours}", f"BUILD_PYTHON={_version(packages.python)}",
        f"BUILD_PLATFORM={platform.machine()}-manylinux_2_34",
        # Where the build finds the interpreter that compiles the bytecode.
        PATH=f"{packages.python.parent}:{os.environ['PATH']}",
    )  # fmt: skip
    return packages


def install_peer(folder: Path) -> Packages:
    packages = _new(folder, sys.executable)
    _install(packages.deployed, PEER_PACKAGES, sys.executable)
    (packages.deployed / "peer.py").write_text(Path(__file__).with_name("peer_app.py").read_text())
    _compile(packages.python, packages.deployed)
    return packages


def _new(folder: Path, interpreter: str) -> Packages:
    run(interpreter, "-m", "venv", "--without-pip", str(folder / "python"))
    packages = Packages(
        folder / "python" / "bin" / "python", folder / "deployed", folder / "runtime"
    )
    _install(packages.runtime, RUNTIME_PACKAGES, interpreter)
    _compile(packages.python, packages.runtime)
    return packages


def _version(python: Path) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run(  # noqa: S603 - our own command
        [python, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def _install(folder: Path, names: tuple[str, ...], interpreter: str) -> None:
    """Installs the versions of the lock file."""
    locked = ROOT / "requirements" / "dev.txt"
    run(
        str(UV), "pip", "install", "--quiet", "--python", interpreter, "--target", str(folder),
        "--link-mode", "copy", "--constraint", str(locked), *names,
    )  # fmt: skip


def _compile(python: Path, folder: Path) -> None:
    run(
        str(python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)
    )  # fmt: skip


def run(*command: str, **environ: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, **environ})  # noqa: S603 - our own command
