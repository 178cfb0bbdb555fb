"""Functions that choose a script for each request."""

from collections.abc import Callable, Mapping

from tests.scripted_gateway.received import Received
from tests.scripted_gateway.script import Script

Casting = Callable[[Received], Script]


def always(script: Script) -> Casting:
    return lambda request: script


def in_turn(*scripts: Script) -> Casting:
    """The first request gets the first script, and so on. The last script repeats."""
    left = list(scripts)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def by_model(scripts: Mapping[str, Script | Casting]) -> Casting:
    """A model without a script raises KeyError, which fails the test."""

    def cast(request: Received) -> Script:
        script = scripts[request.model]
        return script if isinstance(script, Script) else script(request)

    return cast
