from typing import Any, NamedTuple

from mangum import Mangum
from mangum.types import ASGI, Scope

from chat.runtime.context import Context


class EventError(Exception):
    """The event cannot be passed to the app."""


class UnknownEvent(EventError):
    """The event is not an HTTP request. That is the invoker's fault."""


class BadRequest(EventError):
    """The event is an HTTP request that cannot be read. That is the client's fault."""


class HttpRequest(NamedTuple):
    scope: Scope
    body: bytes


class Translator:
    """Translates Lambda's HTTP events to ASGI with Mangum."""

    def __init__(self, app: ASGI) -> None:
        self._mangum = Mangum(app, lifespan="off")

    def translate(self, event: Any, context: Context) -> HttpRequest:
        """Raises UnknownEvent and BadRequest."""
        if not isinstance(event, dict) or not isinstance(event.get("requestContext"), dict):
            raise UnknownEvent(
                "The event is no HTTP request. Send one in the format of a Function URL."
            )
        if event.get("headers") is None:
            event["headers"] = {}
        handler = self._mangum.infer(event, context)
        try:
            return HttpRequest(handler.scope, handler.body)
        except ValueError as error:
            # Mangum parses Host, X-Forwarded-Port and the base64 body, which the client wrote.
            raise BadRequest("The request's headers or body cannot be read.") from error
