"""Parts of the app that load late, to keep them out of the first request of a page."""

import importlib
from collections.abc import Callable
from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send

# What users need next once the page is open.
FOR_TURNS = ("chat.api.turns",)
EVERYTHING = (*FOR_TURNS, "chat.api.fastapi_app")


def load(modules: tuple[str, ...]) -> None:
    """Imports the modules. A second time it does nothing."""
    for module in modules:
        importlib.import_module(module)


class LazyApp:
    """An ASGI app that is created with its first request."""

    def __init__(self, create: Callable[[], ASGIApp]) -> None:
        self._create = create

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> ASGIApp:
        return self._create()
