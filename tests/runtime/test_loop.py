import asyncio

from mangum.types import Receive, Scope, Send

from tests.runtime.apps import answering, responding
from tests.runtime.conftest import Gate, Running
from tests.runtime.function_url import function_url_event
from tests.runtime.strict_api import StrictRuntimeApi


async def test_all_polls_share_one_connection(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async with running(answering(b"ok")):
        calls = [lambda_api.invoke(function_url_event()) for _ in range(20)]
        await calls[-1].done.wait()
    assert all(call.body == b"ok" for call in calls)
    assert lambda_api.poll_connections == 1


async def test_dropped_poll_is_repeated(lambda_api: StrictRuntimeApi, running: Running) -> None:
    async with running(answering(b"ok")):
        for polls in (2, 3):
            lambda_api.polled.clear()
            lambda_api.drop_pollers()
            await lambda_api.polled.wait()
            assert lambda_api.poll_connections == polls
        call = lambda_api.invoke(function_url_event())
        await call.done.wait()
    assert call.body == b"ok"


async def test_background_task_ends_before_the_next_poll(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    pumps: list[asyncio.Task[None]] = []

    async def save() -> None:
        # Long enough for a poll that does not wait for the task to come first.
        await asyncio.sleep(0.2)
        lambda_api.order.append("saved")

    async def pump() -> None:
        await asyncio.create_task(save())

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pumps.append(asyncio.create_task(pump()))
        await answering(b"ok")(scope, receive, send)

    async with running(app):
        lambda_api.invoke(function_url_event())
        await lambda_api.invoke(function_url_event()).done.wait()
    assert lambda_api.order[:6] == [
        "next",
        "event request-1",
        "response request-1",
        "end request-1",
        "saved",
        "next",
    ]


async def test_task_that_never_ends_is_abandoned_at_the_deadline(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    stuck: list[asyncio.Task[object]] = []

    async def forgetful(scope: Scope, receive: Receive, send: Send) -> None:
        stuck.append(asyncio.create_task(asyncio.Event().wait()))
        await answering(b"ok")(scope, receive, send)

    async with running(forgetful):
        lambda_api.invoke(function_url_event(), seconds=1)
        second = lambda_api.invoke(function_url_event(), seconds=1)
        await second.done.wait()
    assert second.body == b"ok"
    assert len(stuck) == 2


async def test_failed_task_does_not_end_the_loop(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    async def fail() -> None:
        raise ValueError("cannot save")

    tasks: list[asyncio.Task[None]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(fail()))
        await answering(b"ok")(scope, receive, send)

    async with running(app):
        lambda_api.invoke(function_url_event())
        second = lambda_api.invoke(function_url_event())
        await second.done.wait()
    assert second.body == b"ok"


async def test_context_holds_the_invocation_and_the_time_left(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    scopes: list[Scope] = []
    times_left: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        times_left.append(scope["aws.context"].get_remaining_time_in_millis())
        await answering(b"ok", scopes=scopes)(scope, receive, send)

    environ = {"AWS_LAMBDA_FUNCTION_NAME": "chat", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"}
    async with running(app, environ):
        call = lambda_api.invoke(function_url_event(), seconds=100)
        late = lambda_api.invoke(function_url_event(), seconds=-1)
        await late.done.wait()

    context = scopes[0]["aws.context"]
    assert context.aws_request_id == call.request_id
    assert context.deadline_ms == call.deadline_ms
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:123:function:chat"
    assert (context.function_name, context.memory_limit_in_mb) == ("chat", 1024)
    assert 0 < times_left[0] <= 100_000
    assert times_left[1] == 0


async def test_trace_id_is_set_only_during_its_invocation(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    environ: dict[str, str] = {}
    traces: list[str | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        traces.append(environ.get("_X_AMZN_TRACE_ID"))
        await answering(b"ok")(scope, receive, send)

    async with running(app, environ):
        lambda_api.invoke(function_url_event(), trace_id="Root=1-2-3;Sampled=1")
        untraced = lambda_api.invoke(function_url_event(), trace_id=None)
        await untraced.done.wait()
    assert traces == ["Root=1-2-3;Sampled=1", None]


async def test_stop_finishes_the_invocation_in_progress(
    lambda_api: StrictRuntimeApi, running: Running
) -> None:
    rest = Gate()

    async def write(send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half ", "more_body": True})
        await rest.wait()
        await send({"type": "http.response.body", "body": b"whole"})

    async with running(responding(write)) as stop:
        call = lambda_api.invoke(function_url_event())
        await call.has_body(b"half ")
        stop()
        rest.open()
    assert call.body == b"half whole"
    assert lambda_api.order.count("next") == 1
