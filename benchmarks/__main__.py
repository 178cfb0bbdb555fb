"""python -m benchmarks: runs all benchmarks and prints Markdown. Best on an idle machine."""

import os
import platform
import subprocess
import sys

SECTIONS = {
    "Cold start": "cold_start",
    "First token": "first_token",
    "Streams": "streams",
    "History": "history",
    "Package": "package",
    "A cold model": "prewarm",
    "Tokens in the page": "markdown",
    "Costs": "costs",
}


def main() -> int:
    load, *_ = os.getloadavg()
    python, cores = platform.python_version(), os.cpu_count()
    print(f"Python {python}, {platform.machine()}, {cores} cores, load before {load:.1f}")
    failed = 0
    for title, module in SECTIONS.items():
        print(f"\n## {title}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}"]
        failed += subprocess.run(command, check=False).returncode != 0  # noqa: S603 - our own command
    return failed


if __name__ == "__main__":
    sys.exit(main())
