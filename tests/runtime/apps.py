from collections.abc import Awaitable, Callable

from mangum.types import ASGI, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]


def answering(
    *chunks: bytes,
    status: int = 200,
    headers: Headers | None = None,
    scopes: list[Scope] | None = None,
) -> ASGI:
    """An app that gives every request the same answer, and appends their scopes to `scopes`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scopes is not None:
            scopes.append(scope)
        await send(start(status, headers))
        for chunk in chunks[:-1]:
            await send(part(chunk))
        await send({"type": "http.response.body", "body": chunks[-1] if chunks else b""})

    return app


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    message = await receive()
    await send(start())
    await send({"type": "http.response.body", "body": message["body"]})


def responding(write: Callable[[Send], Awaitable[None]]) -> ASGI:
    """An app whose answer is written by `write`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await write(send)

    return app


def start(status: int = 200, headers: Headers | None = None) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers or []}


def part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


END: Message = {"type": "http.response.body", "body": b""}
