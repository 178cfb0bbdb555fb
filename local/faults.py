"""A gateway whose faults you pick on a page at its address."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from local.http_server import PortTaken

# Import lazily: a checkout has the tests' scripts, a deployment does not.
if TYPE_CHECKING:
    from tests.scripted_gateway import Received, Script

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Faults of the gateway</title>
<style>
body {{ font: 16px/1.5 system-ui; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
li {{ margin: .25rem 0 }}
[aria-current] {{ font-weight: bold }}
:root {{ color-scheme: light dark }}
</style>
<h1>How the gateway answers</h1>
<p>Pick how the gateway answers the next requests. Now: <strong>{mode}</strong>.</p>
<ul>
{items}
</ul>
</html>
"""


class Faults:
    """Answers GET with the page, and every other request with the picked fault."""

    def __init__(self) -> None:
        self.mode = "normal"

    def __call__(self, request: "Received") -> "Script":
        from tests.scripted_gateway import MODES, answer

        if request.method != "GET":
            return MODES[self.mode].script
        url = urlsplit(request.path)
        if url.path == "/":
            return answer(200, self._page(), "text/html; charset=utf-8")
        picked = parse_qs(url.query).get("mode", [""])[0]
        if url.path != "/pick" or picked not in MODES:
            return answer(404, "There is no such page or mode. GET / lists the modes.\n")
        self.mode = picked
        return answer(303, headers=(("Location", "/"),))

    def _page(self) -> str:
        from tests.scripted_gateway import MODES

        items = [
            f'<li><a href="/pick?mode={escape(mode.name)}"'
            f"{' aria-current=true' if mode.name == self.mode else ''}>{escape(mode.name)}</a>:"
            f" {escape(mode.description)}</li>"
            for mode in MODES.values()
        ]
        return _PAGE.format(mode=escape(self.mode), items="\n".join(items))


@asynccontextmanager
async def fault_gateway(port: int = 0) -> AsyncIterator[str]:
    """Yield its address. Raises PortTaken."""
    from tests.scripted_gateway import ScriptedGateway

    gateway = ScriptedGateway(Faults(), port=port)
    try:
        await gateway.__aenter__()
    except OSError as error:
        raise PortTaken(port) if error.errno == errno.EADDRINUSE else error from None
    try:
        yield gateway.origin
    finally:
        await gateway.__aexit__(None, None, None)
