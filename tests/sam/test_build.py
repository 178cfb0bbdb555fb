"""`sam build` without Docker: what it builds is complete, small, and runs in place."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.runtime.function_url import function_url_event
from tests.runtime.process import function_process
from tests.runtime.strict_api import StrictRuntimeApi
from tests.sam.project import build, this_machine

MOST_ZIP_BYTES = 12_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both functions, built for Lambda."""
    return build(tmp_path_factory.mktemp("build"))


@pytest.mark.parametrize("function", ["ChatFunction", "WarmupFunction"])
def test_the_artifact_holds_what_lambda_does_not_provide(built: Path, function: str) -> None:
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


async def test_the_artifact_imports_and_answers_in_place(tmp_path: Path) -> None:
    """Built for this machine. Only boto3 comes from outside, as it does on Lambda."""
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
