"""`sam build` without Docker: what it builds is complete, small, and runs in place."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.intrinsics import load
from tests.runtime.function_url import function_url_event
from tests.runtime.process import function_process
from tests.runtime.strict_api import StrictRuntimeApi
from tests.sam.project import FUNCTIONS, TEMPLATE, built, this_machine

# With bytecode: 11.8 MB for Python 3.13, 12.3 MB for 3.14.
MOST_ZIP_BYTES = 12_500_000
# e_machine of an ELF header. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINES = {0x3E: "x86_64", 0xB7: "aarch64"}

# The versions of Python that the template offers.
PARAMETER = load(TEMPLATE.read_text())["Parameters"]["PythonVersion"]


@pytest.fixture(scope="module", params=PARAMETER["AllowedValues"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def artifacts(version: str) -> Iterator[Path]:
    """Both functions, built for Lambda. The template's default is also the build's."""
    chosen = {} if version == PARAMETER["Default"] else {"BUILD_PYTHON": version}
    with built(**chosen) as folder:
        yield folder


@pytest.mark.parametrize("function", ["ChatFunction", "WarmupFunction"])
def test_the_artifact_holds_what_lambda_does_not_provide(artifacts: Path, function: str) -> None:
    artifact = artifacts / function
    for package in ("chat", "shared", "warmup", "fastapi", "httpx", "mangum"):
        assert (artifact / package).is_dir(), package
    assert not (artifact / "boto3").exists()
    assert not (artifact / "botocore").exists()
    assert os.access(artifact / "chat" / "bootstrap", os.X_OK)


def test_every_extension_module_loads_on_arm64(artifacts: Path, version: str) -> None:
    assert foreign_modules(artifacts, version, "aarch64") == []


def test_every_extension_module_loads_on_x86_64(version: str) -> None:
    with built("ChatFunction", BUILD_PYTHON=version, ARCHITECTURE="x86_64") as folder:
        assert foreign_modules(folder, version, "x86_64") == []


def test_texts_beside_the_packages_are_built_and_read_in_place(tmp_path: Path) -> None:
    """`sam build` runs the makefile in a copy of the sources, as here."""
    sources, artifact = tmp_path / "sources", tmp_path / "artifact"
    shutil.copytree(FUNCTIONS, sources, ignore=shutil.ignore_patterns("__pycache__"))
    (sources / "models.json").write_text('["org/one"]')
    (sources / "prompt.txt").write_text("Be brief.\n")
    artifact.mkdir()
    subprocess.run(
        ["make", "--makefile", FUNCTIONS / "Makefile", "build-ChatFunction"],
        cwd=sources,
        env={**os.environ, **this_machine(), "ARTIFACTS_DIR": str(artifact)},
        check=True,
        capture_output=True,
    )
    read = subprocess.run(
        [
            sys.executable,
            "-c",
            "from shared.settings import Settings; read = Settings.from_env();"
            "print(read.default_model, read.system_prompt)",
        ],
        env={
            "PYTHONPATH": str(artifact),
            "LIVEPEER_GATEWAY_URL": "http://gateway",
            "TABLE_NAME": "table",
            "LIVEPEER_MODELS": "@models.json",
            "SYSTEM_PROMPT": "@prompt.txt",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout == "org/one Be brief.\n"
    assert not (artifact / "requirements.txt").exists()


def test_the_zip_stays_small(artifacts: Path, tmp_path: Path) -> None:
    artifact = artifacts / "ChatFunction"
    packed = tmp_path / "function.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(artifact.rglob("*")):
            archive.write(path, path.relative_to(artifact))
    assert packed.stat().st_size <= MOST_ZIP_BYTES


async def test_the_artifact_imports_and_answers_in_place(tmp_path: Path) -> None:
    """Built for this machine. Only boto3 comes from outside, as it does on Lambda."""
    host = this_machine()
    bare = Path(sys.base_prefix) / "bin" / f"python{host['BUILD_PYTHON']}"
    command = (str(bare), "/var/runtime/bootstrap.py")
    with built("ChatFunction", **host) as folder:
        artifact = folder / "ChatFunction"
        async with (
            StrictRuntimeApi() as api,
            function_process(artifact, api.address, command, LAMBDA_RUNTIME_DIR=str(tmp_path)),
        ):
            call = api.invoke(function_url_event("GET", "/healthz"))
            await call.done.wait()
    assert call.chunks[-1] == b'{"status":"ok"}'


def foreign_modules(artifacts: Path, version: str, machine: str) -> list[str]:
    """Return the extension modules that this version of Python, on this machine, cannot load."""
    modules = sorted(artifacts.rglob("*.so"))
    assert modules
    tag = f".cpython-{version.replace('.', '')}-{machine}-linux-gnu.so"
    return [
        module.name
        for module in modules
        if not module.name.endswith((tag, ".abi3.so"))
        or MACHINES.get(int.from_bytes(module.read_bytes()[18:20], "little")) != machine
    ]
