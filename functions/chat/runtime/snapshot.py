"""SnapStart: Lambda keeps an environment whose app is loaded, and starts each new one from it.

Whatever runs before the snapshot is shared by all of them, so nothing connects before and nothing
is drawn by chance. https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import random
from collections.abc import Mapping

from chat.lazy import EVERYTHING, load
from chat.runtime.api import RuntimeApi
from chat.runtime.report import ErrorReport


class SnapshotFailed(Exception):
    """A hook failed, and Lambda was told: the process must end."""


async def start_from_snapshot(api: RuntimeApi, environ: Mapping[str, str]) -> None:
    """Returns at once without SnapStart, else in each environment that is restored.

    Raises SnapshotFailed.
    """
    if environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    try:
        load(EVERYTHING)
        _before_snapshot()
    except Exception as error:
        await api.fail_init(ErrorReport.of(error, "Runtime"))
        raise SnapshotFailed("A hook before the snapshot failed") from error
    await api.restored()
    try:
        random.seed()
        _after_restore()
    except Exception as error:
        await api.fail_restore(ErrorReport.of(error, "Runtime"))
        raise SnapshotFailed("A hook after the restore failed") from error


def _before_snapshot() -> None:
    """The last registered comes first, as in Lambda's own runtime."""
    try:
        from snapshot_restore_py import get_before_snapshot
    except ImportError:
        return
    for hook, arguments, named in reversed(get_before_snapshot()):
        hook(*arguments, **named)


def _after_restore() -> None:
    try:
        from snapshot_restore_py import get_after_restore
    except ImportError:
        return
    for hook, arguments, named in get_after_restore():
        hook(*arguments, **named)
