"""Builds the event a Function URL sends for a request, in payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
"""

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from local.http_server import Exchange

_TEXT = ("application/json", "application/javascript", "application/xml")


def build_url_event(exchange: Exchange, body: bytes, port: int) -> dict[str, Any]:
    headers = _headers(exchange, port)
    # The event lists cookies separately.
    cookies = headers.pop("cookie", "")
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": exchange.path,
        "rawQueryString": exchange.query,
        "headers": headers,
        "requestContext": _context(exchange, headers),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if query := _joined(parse_qsl(exchange.query, keep_blank_values=True)):
        event["queryStringParameters"] = query
    if body:
        text = _text(body, headers)
        event["isBase64Encoded"] = text is None
        event["body"] = base64.b64encode(body).decode() if text is None else text
    return event


def _headers(exchange: Exchange, port: int) -> dict[str, str]:
    headers = exchange.headers
    if cookies := [value for name, value in headers if name == "cookie"]:
        headers = [(name, value) for name, value in headers if name != "cookie"]
        headers.append(("cookie", "; ".join(cookies)))
    # A Function URL appends the peer's address to what the client claims.
    added = [("x-forwarded-for", exchange.peer)]
    # AWS always sends https and 443. Here the page and the function really use http.
    fixed = {"x-forwarded-proto": "http", "x-forwarded-port": str(port)}
    return _joined([*headers, *added]) | fixed


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _context(exchange: Exchange, headers: dict[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "accountId": "anonymous",
        "apiId": "local",
        "domainName": headers.get("host", ""),
        "domainPrefix": "local",
        "http": {
            "method": exchange.method,
            "path": exchange.path,
            "protocol": "HTTP/1.1",
            "sourceIp": exchange.peer,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _text(body: bytes, headers: dict[str, str]) -> str | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    readable = kind.startswith("text/") or kind in _TEXT or kind.endswith(("+json", "+xml"))
    if not readable or "content-encoding" in headers:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
