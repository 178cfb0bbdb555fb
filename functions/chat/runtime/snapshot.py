"""SnapStart: Lambda starts new environments from a snapshot of one that has loaded the app.

All environments share the state in the snapshot, so nothing may connect or draw a random number
before it. https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import random
from collections.abc import Mapping

from chat.lazy import EVERYTHING, load
from chat.runtime.api import RuntimeApi
from chat.runtime.report import ErrorReport


class SnapshotFailed(Exception):
    """A hook failed and was reported. The process must end."""


async def start_from_snapshot(api: RuntimeApi, environ: Mapping[str, str]) -> None:
    """Returns at once without SnapStart, else in each restored environment.

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
    """Last registered, first called, as in Lambda's own runtime."""
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
