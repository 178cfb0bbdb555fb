"""`sam build`: without Docker, and what it makes runs from where it lies."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.runtime.function_url import function_url_event
from tests.runtime.process import function_process
from tests.runtime.strict_api import StrictRuntimeApi
from tests.sam.project import ROOT, SAM_BIN, TEMPLATE, this_machine

MOST_ZIP_BYTES = 12_000_000


def build(folder: Path, *functions: str, **environ: str) -> Path:
    built = subprocess.run(
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
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both functions for Lambda."""
    return build(tmp_path_factory.mktemp("build"))


@pytest.mark.parametrize("function", ["ChatFunction", "WarmupFunction"])
def test_the_artifact_holds_what_lambda_does_not_bring(built: Path, function: str) -> None:
    artifact = built / function
    for package in ("chat", "shared", "warmup", "fastapi", "httpx", "mangum"):
        assert (artifact / package).is_dir(), package
    assert not (artifact / "boto3").exists()
    assert not (artifact / "botocore").exists()
    assert os.access(artifact / "chat" / "bootstrap", os.X_OK)
    assert any("aarch64" in path.name for path in artifact.rglob("*.so"))


def test_the_zip_stays_small(built: Path, tmp_path: Path) -> None:
    artifact = built / "ChatFunction"
    packed = tmp_path / "function.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(artifact.rglob("*")):
            archive.write(path, path.relative_to(artifact))
    assert packed.stat().st_size <= MOST_ZIP_BYTES


async def test_the_artifact_imports_and_answers_from_where_it_lies(tmp_path: Path) -> None:
    """Built for this machine; only boto3 comes from elsewhere, as it does on Lambda."""
    host = this_machine()
    artifact = build(tmp_path / "build", "ChatFunction", **host) / "ChatFunction"
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    bare = Path(sys.base_prefix) / "bin" / f"python{host['BUILD_PYTHON']}"
    async with StrictRuntimeApi() as api:
        command = (str(bare), "/var/runtime/bootstrap.py")
        async with function_process(
            artifact, api.address, command, LAMBDA_RUNTIME_DIR=str(runtime)
        ):
            call = api.invoke(function_url_event("GET", "/healthz"))
            await call.done.wait()
    assert call.chunks[-1] == b'{"status":"ok"}'
