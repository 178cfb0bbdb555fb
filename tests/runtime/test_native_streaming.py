"""Notices when Lambda's own Python runtime learns to stream: see the watch list in docs."""

from importlib.metadata import files
from pathlib import Path

from tests.sam.project import FUNCTIONS

# Tells Lambda that a response is a stream.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
HEADER = b"lambda-runtime-function-response-mode"


def naming(paths: list[Path]) -> list[str]:
    """Return the files that name the header, compiled ones too."""
    return [path.name for path in paths if HEADER in path.read_bytes().lower()]


def test_our_runtime_names_the_streaming_header() -> None:
    assert naming(sorted(FUNCTIONS.glob("chat/runtime/*.py"))) == ["response.py"]


def test_lambdas_own_runtime_does_not_stream_yet() -> None:
    installed = [Path(str(path.locate())) for path in files("awslambdaric") or ()]
    modules = [path for path in installed if path.suffix in (".py", ".so")]
    assert {"bootstrap.py", "lambda_runtime_client.py"} <= {path.name for path in modules}
    assert any(path.suffix == ".so" for path in modules)
    assert naming(modules) == [], "Lambda's runtime streams: read docs/architecture.md, Watch list."
