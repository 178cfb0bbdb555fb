import asyncio
import gc
import os
import signal
import sys
from collections.abc import MutableMapping

from chat.runtime.api import RuntimeApi, RuntimeApiError
from chat.runtime.loop import InvocationLoop
from chat.runtime.output import flush_each_line
from chat.runtime.report import ErrorReport
from chat.runtime.snapshot import SnapshotFailed, start_from_snapshot
from shared.log import logger


async def main(environ: MutableMapping[str, str]) -> int:
    api = RuntimeApi(environ["AWS_LAMBDA_RUNTIME_API"])
    # Modules are never freed. Searching them for garbage takes a twentieth of a cold start.
    gc.disable()
    try:
        # Imported here, so that a failure is reported to the Runtime API.
        from chat.app import app
    except (Exception, SystemExit) as error:
        logger.exception("The app cannot start")
        await api.fail_init(ErrorReport.of(error, "Runtime"))
        return 1
    gc.freeze()
    gc.enable()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await start_from_snapshot(api, environ)
        await InvocationLoop(app, api, environ).run(stop)
    except SnapshotFailed:
        logger.exception("The snapshot cannot be used")
        return 1
    except RuntimeApiError as error:
        logger.error(str(error))
        return 1
    return 0


if __name__ == "__main__":
    flush_each_line()
    sys.exit(asyncio.run(main(os.environ)))
