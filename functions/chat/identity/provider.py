"""Access tokens of an OIDC provider, Cognito among them."""

import asyncio
import hashlib
import time
from typing import Any

import httpx
import jwt

from chat.identity.sessions import NotSignedIn
from shared.age import NEVER, is_older
from shared.settings import SettingsError

# Fetch the keys at most this often, no matter how many unknown keys the tokens name.
REFETCH_S = 60.0
FETCH_S = 5.0

# A key that the provider has withdrawn is refused after this time at the latest.
MAX_AGE_S = 3600.0


class Provider:
    """Verifies RS256 access tokens of one client with the provider's published keys."""

    def __init__(self, issuer: str, client_id: str, http: httpx.AsyncClient) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._http = http
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = NEVER
        self._failure: SettingsError | None = None
        self._fetching = asyncio.Lock()

    async def user_id(self, token: str, header: dict[str, Any]) -> str:
        """Raises NotSignedIn, and SettingsError when the provider's keys cannot be fetched."""
        key = await self._key(str(header.get("kid")))
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                # Cognito's access tokens have no audience. The client id is checked below. The
                # provider's clock may be ahead of this one's.
                options={
                    "require": ["exp", "iss", "sub"],
                    "verify_aud": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError:
            raise NotSignedIn from None
        # Cognito marks access tokens by token_use, RFC 9068 by the header's type.
        is_access_token = claims.get("token_use") == "access" or (
            "token_use" not in claims and str(header.get("typ", "")).lower() == "at+jwt"
        )
        client = claims.get("client_id", claims.get("azp"))
        if not is_access_token or client != self._client_id:
            raise NotSignedIn
        # A hash, because a provider's subject may hold any character and our ids are parts of keys.
        subject = hashlib.sha256(f"{self._issuer} {claims['sub']}".encode()).hexdigest()
        return f"oidc-{subject[:32]}"

    async def _key(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys or self._is_due(kid):
            # An unknown key may be among those that another request is fetching.
            async with self._fetching:
                if self._is_due(kid):
                    await self._renew()
        if kid not in self._keys:
            raise self._failure or NotSignedIn
        return self._keys[kid]

    def _is_due(self, kid: str) -> bool:
        may_be_withdrawn = is_older(self._fetched_at, MAX_AGE_S)
        return is_older(self._tried_at, REFETCH_S) and (kid not in self._keys or may_be_withdrawn)

    async def _renew(self) -> None:
        """Known keys stay valid while the provider cannot be reached."""
        self._tried_at = time.time()
        try:
            self._keys = await self._fetch()
        except SettingsError as failure:
            self._failure = failure
        else:
            self._failure, self._fetched_at = None, time.time()

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        try:
            discovery = await self._get(f"{self._issuer}/.well-known/openid-configuration")
            jwks_url = discovery.get("jwks_uri") or f"{self._issuer}/.well-known/jwks.json"
            keys = jwt.PyJWKSet.from_dict(await self._get(jwks_url)).keys
        except (httpx.HTTPError, ValueError, jwt.PyJWTError):
            raise SettingsError(
                "The keys of OIDC_ISSUER cannot be fetched. Check its address, or try again later."
            ) from None
        return {key.key_id: key for key in keys if key.key_id and key.algorithm_name == "RS256"}

    async def _get(self, url: str) -> dict[str, Any]:
        answer = await self._http.get(url, timeout=FETCH_S)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return {}
        document = answer.raise_for_status().json()
        return document if isinstance(document, dict) else {}
