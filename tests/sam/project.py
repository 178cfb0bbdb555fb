import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
EVENTS = ROOT / "events"
TEMPLATE = ROOT / "template.yaml"
# `make test` installs the SAM CLI apart from the rest.
SAM_BIN = ROOT / ".venv" / "sam" / "bin"


def emulator() -> Path:
    """Return AWS's Runtime Interface Emulator, which the SAM CLI ships."""
    arch = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    [path] = SAM_BIN.parent.glob(f"lib/python*/site-packages/samcli/local/rapid/*-rie-{arch}")
    path.chmod(0o755)
    return path


def this_machine() -> dict[str, str]:
    """Return what functions/Makefile needs to build functions that run on this machine."""
    minor = min(int(platform.libc_ver()[1].split(".")[1]), 40)
    return {
        "BUILD_PLATFORM": f"{platform.machine()}-manylinux_2_{minor if minor > 30 else 28}",
        "BUILD_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    }


@contextmanager
def built(*functions: str, **environ: str) -> Iterator[Path]:
    """Run `sam build` and yield its folder, which is deleted afterwards."""
    with TemporaryDirectory() as temporary:
        # SAM also writes build.toml, beside this folder.
        folder = Path(temporary) / "build"
        ran = subprocess.run(
            [
                SAM_BIN / "sam",
                "build",
                *functions,
                "--no-cached",
                "--template",
                TEMPLATE,
                "--build-dir",
                folder,
            ],
            cwd=ROOT,
            env={**os.environ, "SAM_CLI_TELEMETRY": "0", **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        yield folder
