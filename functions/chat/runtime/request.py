from typing import Any, NamedTuple

from mangum import Mangum
from mangum.types import ASGI, Scope

from chat.runtime.context import Context


class EventError(Exception):
    """The event cannot be given to the app."""


class UnknownEvent(EventError):
    """It is no HTTP request: whoever invoked the function is to blame."""


class BadRequest(EventError):
    """It is an HTTP request that cannot be read: its client is to blame."""


class HttpRequest(NamedTuple):
    scope: Scope
    body: bytes


class Translator:
    """Lambda's HTTP events to ASGI, by Mangum."""

    def __init__(self, app: ASGI) -> None:
        self._mangum = Mangum(app, lifespan="off")

    def translate(self, event: Any, context: Context) -> HttpRequest:
        """Raises EventError for what is no HTTP request, or none that can be read."""
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
            # Mangum splits Host at ":" and makes a number of X-Forwarded-Port, decodes base64
            # and encodes text: all of it comes from the client.
            raise BadRequest("The request's headers or body cannot be read.") from error
