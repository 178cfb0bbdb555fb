"""Serves the built page, as the bucket and its distribution do."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from local.http_server import Exchange
from local.page_headers import Pairs

_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
_NOT_BUILT = b"The page is not built: run make dev, or npm --prefix web run build.\n"


class Page:
    def __init__(
        self, folder: Path, api_url: str, added: Pairs, oidc: Mapping[str, str] | None = None
    ) -> None:
        """Send the headers `added` with every answer. `oidc` is the provider for signing in."""
        self._folder = folder.resolve()
        self._added = added
        config = {"api": api_url, **({"oidc": dict(oidc)} if oidc else {})}
        self._config = json.dumps(config).encode()

    async def handle(self, exchange: Exchange) -> None:
        await exchange.body()
        if exchange.method not in ("GET", "HEAD"):
            await self._answer(exchange, 405, b"", ("allow", "GET, HEAD"))
        elif exchange.path == "/config.json":
            kind = ("content-type", "application/json")
            await self._answer(exchange, 200, self._config, kind, ("cache-control", "no-store"))
        elif file := self._file(unquote(exchange.path)):
            kind = ("content-type", content_type(file))
            await self._answer(
                exchange, 200, file.read_bytes(), kind, ("cache-control", "no-cache")
            )
        elif not (self._folder / "index.html").is_file():
            await self._answer(exchange, 404, _NOT_BUILT, ("content-type", "text/plain"))
        else:
            await self._answer(exchange, 404, b"Not found.\n", ("content-type", "text/plain"))

    async def _answer(
        self, exchange: Exchange, status: int, body: bytes, *headers: tuple[str, str]
    ) -> None:
        await exchange.answer(status, body, [*headers, *self._added])

    def _file(self, path: str) -> Path | None:
        # A path without a dot is a view of the page, not a file.
        name = path.lstrip("/") if "." in path else "index.html"
        if "\0" in name:
            return None
        file = (self._folder / name).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def content_type(file: Path) -> str:
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    kind = kind or "application/octet-stream"
    readable = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if readable else kind
