"""Parts of the app that load late, to keep them out of the first request of a page."""

import gc
import importlib
from collections.abc import Callable
from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send

# What users need next once the page is open.
FOR_TURNS = ("chat.api.turns",)
FOR_THE_REST = ("chat.api.fastapi_app",)
EVERYTHING = (*FOR_TURNS, *FOR_THE_REST)


def load(modules: tuple[str, ...]) -> None:
    """Imports the modules. A second time it does nothing."""
    # As at the start of the process: searching new modules for garbage takes part of a cold start.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for module in modules:
            importlib.import_module(module)
    finally:
        if collecting:
            gc.enable()


class LazyApp:
    """An ASGI app that is created with its first request."""

    def __init__(self, modules: tuple[str, ...], create: Callable[[], ASGIApp]) -> None:
        """`create` imports from `modules`."""
        self._modules = modules
        self._create = create

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> ASGIApp:
        load(self._modules)
        return self._create()
