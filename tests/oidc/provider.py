"""An OIDC provider on a real socket, as strict as the specifications."""

import base64
import hashlib
import html
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from local.http_server import Exchange, Server
from tests.oidc.tokens import jwks, signed

CLIENT = "page-client"

_PAGE = """<!doctype html><title>Provider</title>
<form action="/decide"><input type="hidden" name="request" value="{request}">
<button name="who" value="anna@example.org">Anna</button>
<button name="who" value="ben@example.org">Ben</button>
<button name="who" value="">Cancel</button></form>"""


@dataclass
class OidcProvider:
    """Access tokens expire after `lasts_s`. Refresh tokens are issued if `refreshes`."""

    redirect_uri: str = ""
    lasts_s: int = 3600
    refreshes: bool = True
    access_granted: int = 0
    """The number of issued access tokens."""
    _server: Server = field(default_factory=Server)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return self._server.url

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        async with self._server.serving(self._handle):
            yield self

    def forget(self) -> None:
        """Revoke all refresh tokens."""
        self._refresh.clear()

    @property
    def remembered(self) -> int:
        """The number of valid refresh tokens."""
        return len(self._refresh)

    async def _handle(self, exchange: Exchange) -> None:
        body = dict(parse_qsl((await exchange.body()).decode()))
        query = dict(parse_qsl(exchange.query))
        match exchange.method, exchange.path:
            case "GET", "/.well-known/openid-configuration":
                await _json(exchange, self._discovery())
            case "GET", "/keys":
                await _json(exchange, jwks())
            case "GET", "/authorize":
                page = _PAGE.format(request=html.escape(json.dumps(query)))
                await exchange.answer(200, page.encode(), [("content-type", "text/html")])
            case "GET", "/decide":
                authorization = json.loads(query["request"])
                await _redirect(exchange, self.decide(authorization, query.get("who", "")))
            case "POST", "/token":
                status, answer = self._token(body)
                await _json(exchange, answer, status)
            case "POST", "/revoke":
                self._refresh.pop(body["token"], None)
                await _json(exchange, {})
            case "GET", "/end":
                await _redirect(exchange, query["post_logout_redirect_uri"])
            case _:
                await exchange.answer(404)

    def decide(self, authorization: dict[str, str], who: str) -> str:
        """The URL that the browser is redirected to after the person's choice."""
        assert authorization["response_type"] == "code"
        assert authorization["code_challenge_method"] == "S256"
        assert authorization["client_id"] == CLIENT
        assert authorization["redirect_uri"] == self.redirect_uri
        assert set(authorization["scope"].split()) <= {"openid", "email"}
        answer = {"state": authorization["state"], "iss": self.issuer}
        if not who:
            return f"{self.redirect_uri}?{urlencode({**answer, 'error': 'access_denied'})}"
        code = secrets.token_urlsafe()
        self._codes[code] = {**authorization, "who": who}
        return f"{self.redirect_uri}?{urlencode({**answer, 'code': code})}"

    def _discovery(self) -> dict[str, Any]:
        paths = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "revocation_endpoint": "revoke",
            "end_session_endpoint": "end",
        }
        addresses = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **addresses, "scopes_supported": ["openid", "email"]}

    def _token(self, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
        refused = 400, {"error": "invalid_grant"}
        if body.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        if body["grant_type"] == "refresh_token":
            # Each refresh token is valid once.
            who = self._refresh.pop(body["refresh_token"], None)
            return (200, self._grant(who)) if who else refused
        authorization = self._codes.pop(body["code"], None)
        verifier = hashlib.sha256(body["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if not authorization or authorization["code_challenge"] != challenge:
            return refused
        if body["redirect_uri"] != authorization["redirect_uri"]:
            return refused
        return 200, self._grant(authorization["who"], authorization["nonce"])

    def _grant(self, who: str, nonce: str = "") -> dict[str, Any]:
        self.access_granted += 1
        now = int(time.time())
        common = {"iss": self.issuer, "sub": who, "iat": now, "exp": now + self.lasts_s}
        access = {**common, "client_id": CLIENT, "token_use": "access", "jti": secrets.token_hex()}
        answer: dict[str, Any] = {
            "access_token": signed(access),
            "token_type": "Bearer",
            "expires_in": self.lasts_s,
        }
        if nonce:
            id_claims = {**common, "aud": CLIENT, "nonce": nonce, "email": who, "token_use": "id"}
            answer["id_token"] = signed(id_claims)
        if self.refreshes:
            answer["refresh_token"] = secrets.token_urlsafe()
            self._refresh[answer["refresh_token"]] = who
        return answer


async def _json(exchange: Exchange, value: Any, status: int = 200) -> None:
    headers = [("content-type", "application/json"), ("access-control-allow-origin", "*")]
    await exchange.answer(status, json.dumps(value).encode(), headers)


async def _redirect(exchange: Exchange, to: str) -> None:
    await exchange.answer(302, headers=[("location", to)])
