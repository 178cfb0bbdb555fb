import asyncio
import json
import time
from collections.abc import MutableMapping
from typing import Any

from mangum.types import ASGI

from chat.lazy import FOR_TURNS, load
from chat.runtime.api import Invocation, RuntimeApi
from chat.runtime.context import Context
from chat.runtime.cycle import Cycle
from chat.runtime.ping import answer_ping, is_ping
from chat.runtime.report import ErrorReport
from chat.runtime.request import BadRequest, HttpRequest, Translator
from shared.log import logger

# Lambda kills the environment at the deadline. Tasks that still run shortly before it are
# abandoned, so that the environment survives for the next invocation.
DEADLINE_MARGIN_S = 0.5


class InvocationLoop:
    """Passes one invocation after another to the app.

    An invocation lasts until every task of the app has ended: a reply may still be streaming and
    saving after its response is finished or lost. So the app must not start endless tasks.
    """

    def __init__(self, app: ASGI, api: RuntimeApi, environ: MutableMapping[str, str]) -> None:
        self._app = app
        self._api = api
        self._environ = environ
        self._translator = Translator(app)
        self._cold_start = True
        self._loop_tasks: set[asyncio.Task[Any] | None] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Take invocations until `stop` is set. Finishes the current one."""
        stopped = asyncio.create_task(stop.wait())
        self._loop_tasks = {asyncio.current_task(), stopped}
        while not stop.is_set():
            polling = asyncio.create_task(self._api.next())
            await asyncio.wait({polling, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not polling.done():
                polling.cancel()
                break
            invocation = polling.result()
            self._enter(invocation)
            await self._answer(invocation)
            _load_turns()
            await self._await_tasks(invocation)
            logger.clear_state()
        stopped.cancel()
        self._api.close()

    def _enter(self, invocation: Invocation) -> None:
        logger.append_keys(
            function_request_id=invocation.request_id,
            function_arn=invocation.function_arn,
            cold_start=self._cold_start,
        )
        self._cold_start = False
        if invocation.trace_id:
            self._environ["_X_AMZN_TRACE_ID"] = invocation.trace_id
        else:
            self._environ.pop("_X_AMZN_TRACE_ID", None)

    async def _answer(self, invocation: Invocation) -> None:
        context = Context.of(invocation, self._environ)
        try:
            event = json.loads(invocation.event)
            if is_ping(event):
                answer = json.dumps(answer_ping(event)).encode()
                await self._api.answer(invocation.request_id, answer)
                return
            request = self._translator.translate(event, context)
        except BadRequest as error:
            await self._refuse(invocation, str(error))
        except Exception as error:
            logger.exception("The event cannot be handled")
            await self._api.fail(invocation.request_id, ErrorReport.of(error, "Runtime"))
        else:
            await self._run_app(request, Cycle(self._api, invocation.request_id, request))

    async def _run_app(self, request: HttpRequest, cycle: Cycle) -> None:
        app = asyncio.create_task(self._app(request.scope, cycle.receive, cycle.send))
        await asyncio.wait({app})
        if error := _failure(app) or cycle.missing():
            logger.error("The app failed", exc_info=error)
            await cycle.fail(ErrorReport.of(error))
        if cycle.client_lost:
            logger.info("The client left before the end of its response")

    async def _refuse(self, invocation: Invocation, message: str) -> None:
        body = json.dumps({"error": {"code": "bad_request", "message": message}}).encode()
        headers = [(b"content-type", b"application/json")]
        cycle = Cycle(self._api, invocation.request_id, HttpRequest({"method": "GET"}, b""))
        await cycle.send({"type": "http.response.start", "status": 400, "headers": headers})
        await cycle.send({"type": "http.response.body", "body": body})

    async def _await_tasks(self, invocation: Invocation) -> None:
        while tasks := asyncio.all_tasks() - self._loop_tasks:
            seconds = invocation.deadline_ms / 1000 - time.time() - DEADLINE_MARGIN_S
            done, pending = await asyncio.wait(tasks, timeout=max(0.0, seconds))
            for error in filter(None, map(_failure, done)):
                logger.error("A background task failed", exc_info=error)
            if pending and seconds <= 0:
                logger.error("Background tasks do not end before the deadline")
                return


def _load_turns() -> None:
    """The page is open, so a turn comes next. The turn itself reports what cannot be imported."""
    try:
        load(FOR_TURNS)
    except Exception:
        logger.exception("Turns cannot be loaded")


def _failure(task: asyncio.Task[Any]) -> BaseException | None:
    if task.cancelled():
        return asyncio.CancelledError("The task was cancelled")
    return task.exception()
