"""python -m benchmarks.package: the size of the function's zip, built for Lambda's platform."""

import tempfile
import zipfile
from pathlib import Path

from benchmarks.cold_start.packages import ROOT, run

LEVEL = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        artifact, packed = Path(folder) / "artifact", Path(folder) / "function.zip"
        artifact.mkdir()
        functions = str(ROOT / "functions")
        run("make", "--silent", "-C", functions, "build-ChatFunction", f"ARTIFACTS_DIR={artifact}")
        files = [path for path in artifact.rglob("*") if path.is_file()]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for path in files:
                archive.write(path, path.relative_to(artifact))
        unpacked = sum(path.stat().st_size for path in files)
        print("| function | zip | unpacked |")
        print("|---|--:|--:|")
        print(f"| both, arm64 | {packed.stat().st_size / 1e6:.1f} MB | {unpacked / 1e6:.0f} MB |")


if __name__ == "__main__":
    main()
