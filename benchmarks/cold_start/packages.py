"""Installs and compiles each side's packages as a deployment does."""

import platform
import subprocess
import sys
import venv
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
    ours: Path
    peer: Path
    runtime: Path


def install(folder: Path) -> Packages:
    venv.create(folder / "python")
    packages = Packages(
        folder / "python" / "bin" / "python", folder / "ours", folder / "peer", folder / "runtime"
    )
    packages.ours.mkdir()
    run(
        "make", "--silent", "-C", str(ROOT / "functions"), "build-ChatFunction",
        f"ARTIFACTS_DIR={packages.ours}", f"BUILD_PYTHON={platform.python_version()[:4]}",
        f"BUILD_PLATFORM={platform.machine()}-manylinux_2_34",
    )  # fmt: skip
    _install(packages.peer, PEER_PACKAGES)
    _install(packages.runtime, RUNTIME_PACKAGES)
    (packages.peer / "peer.py").write_text(Path(__file__).with_name("peer_app.py").read_text())
    for each in (packages.ours, packages.peer, packages.runtime):
        run(
            sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
            str(each),
        )  # fmt: skip
    return packages


def _install(folder: Path, names: tuple[str, ...]) -> None:
    """Installs the versions of the lock file."""
    locked = ROOT / "requirements" / "dev.txt"
    run(
        str(UV), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder),
        "--link-mode", "copy", "--constraint", str(locked), *names,
    )  # fmt: skip


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own command
