from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def route(method: str, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """A route that takes one method. Starlette would add HEAD to GET.

    A HEAD request to an event stream would last as long as the reply.
    """
    added = Route(path, endpoint, methods=[method])
    added.methods = {method}
    return added
