"""A temporary folder for the run, in which the tests must leave nothing."""

import os
import shutil
import tempfile
from pathlib import Path


class TemporaryFolder:
    """Set as TMPDIR, so that tests, their processes and xdist's workers use it.

    pytest's `tmp_path` stays in the system's folder, where pytest removes it unless a test failed.
    """

    def __init__(self) -> None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
        self._path = Path(tempfile.mkdtemp(prefix="livepeer-chat-tests-"))
        self._before = os.environ.get("TMPDIR")
        self._use(str(self._path))

    def left(self) -> list[str]:
        return sorted(entry.name for entry in self._path.iterdir())

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        self._use(self._before)

    def _use(self, path: str | None) -> None:
        if path is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = path
        # tempfile caches the folder.
        tempfile.tempdir = None
