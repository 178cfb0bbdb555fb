"""CORS headers as a Function URL's configuration produces them."""

import dataclasses

from local.http_server import Exchange
from local.template import Cors

Pairs = list[tuple[str, str]]

# Where `npm run dev` serves the page with live reload.
VITE_ORIGINS = ("http://127.0.0.1:5173", "http://localhost:5173")


def allowing(page_url: str, cors: Cors | None) -> Cors | None:
    """Return the template's CORS with the local page's origins as the allowed ones."""
    if cors is None or "*" in cors.origins:
        return cors
    origins = (page_url, page_url.replace("127.0.0.1", "localhost"), *VITE_ORIGINS)
    return dataclasses.replace(cors, origins=origins)


def is_preflight(exchange: Exchange) -> bool:
    return exchange.method == "OPTIONS" and bool(exchange.header("access-control-request-method"))


def response_headers(cors: Cors, origin: str) -> Pairs:
    """Return no headers for a same-origin request or an origin that is not allowed."""
    if not origin or not {"*", origin} & set(cors.origins):
        return []
    # Browsers refuse "*" together with credentials.
    star = "*" in cors.origins and not cors.credentials
    headers = [("access-control-allow-origin", "*" if star else origin)]
    if not star:
        headers.append(("vary", "Origin"))
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if cors.exposed:
        headers.append(("access-control-expose-headers", ",".join(cors.exposed)))
    return headers


def preflight_headers(cors: Cors, origin: str) -> Pairs:
    headers = response_headers(cors, origin)
    if headers:
        headers.append(("access-control-allow-methods", ",".join(cors.methods)))
        headers.append(("access-control-allow-headers", ",".join(cors.headers)))
        headers.append(("access-control-max-age", str(cors.max_age_s)))
    return headers
