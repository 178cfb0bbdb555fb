import platform
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
EVENTS = ROOT / "events"
TEMPLATE = ROOT / "template.yaml"
# The SAM CLI has an environment of its own, made by `make test`.
SAM_BIN = ROOT / ".venv" / "sam" / "bin"


def emulator() -> Path:
    """AWS's Runtime Interface Emulator, as the SAM CLI ships it."""
    arch = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    [path] = SAM_BIN.parent.glob(f"lib/python*/site-packages/samcli/local/rapid/*-rie-{arch}")
    path.chmod(0o755)
    return path


def this_machine() -> dict[str, str]:
    """What functions/Makefile needs to build for here, so that the build can be started."""
    minor = min(int(platform.libc_ver()[1].split(".")[1]), 40)
    return {
        "BUILD_PLATFORM": f"{platform.machine()}-manylinux_2_{minor if minor > 30 else 28}",
        "BUILD_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
