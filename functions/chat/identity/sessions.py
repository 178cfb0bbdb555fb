"""Identifies users: by anonymous sessions that we sign, or by the tokens of an OIDC provider.

Our tokens are HS256 with our keys, the provider's are RS256 with its keys. The algorithm in a
token's header picks the verifier, and each verifier accepts one algorithm only, so a key of one
kind is never used for the other.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from ulid import ULID

from shared.settings import SettingsError

ISSUER = "livepeer-chat"
SESSION_S = 30 * 24 * 3600

# RFC 7518, 3.2: a key at least as long as the hash.
MIN_KEY_BYTES = 32


class NotSignedIn(Exception):
    """The token is missing, forged, expired, or from another issuer."""


class SessionExpired(NotSignedIn):
    """The token is one of ours and has expired."""


class UnknownKey(NotSignedIn):
    """The token names a key that is not ours, or that this environment has not read yet."""


@dataclass(frozen=True, slots=True)
class Session:
    """`expires_at` in seconds since 1970."""

    token: str
    user_id: str
    expires_at: int


def token_header(token: str) -> dict[str, Any]:
    """The unverified header. Raises NotSignedIn."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise NotSignedIn from None
    # RFC 7515, 4.1.11: `crit` names extensions that must be understood. We understand none.
    if "crit" in header:
        raise NotSignedIn
    return header


def key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class Sessions:
    """Signs tokens with the first key and verifies them with every key, to allow rotation.

    Raises SettingsError for a key that is too short.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key.encode()) < MIN_KEY_BYTES for key in keys):
            raise SettingsError(
                f"SESSION_SECRET is shorter than {MIN_KEY_BYTES} bytes. Set a longer random text."
            )
        self._keys = {key_id(key): key for key in keys}
        self.key = keys[0]
        self._current = key_id(keys[0])

    def start(self, user_id: str = "") -> Session:
        """A session of a new user, or a fresh one of an existing user."""
        now = int(time.time())
        user_id, expires_at = user_id or f"anon-{ULID()}", now + SESSION_S
        claims = {"iss": ISSUER, "sub": user_id, "iat": now, "exp": expires_at}
        token = jwt.encode(
            claims, self._keys[self._current], "HS256", headers={"kid": self._current}
        )
        return Session(token, user_id, expires_at)

    def user_id(self, token: str, header: dict[str, Any]) -> str:
        """Raises NotSignedIn, or its subclasses UnknownKey and SessionExpired."""
        key = self._keys.get(str(header.get("kid")))
        if key is None:
            raise UnknownKey
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                issuer=ISSUER,
                # The clock of the environment that signed it may be ahead of this one's.
                options={"require": ["exp", "iat", "iss", "sub"], "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise SessionExpired from None
        except jwt.InvalidTokenError:
            raise NotSignedIn from None
        return str(claims["sub"])

    def is_past_half(self, token: str) -> bool:
        """Whether over half of the lifetime has passed. `token` must be verified already."""
        claims = jwt.decode(token, options={"verify_signature": False})
        return time.time() > (int(claims["iat"]) + int(claims["exp"])) / 2


class Identity:
    """`newer_sessions` reads the keys again, for a token whose key `sessions` does not have."""

    def __init__(
        self,
        sessions: Sessions,
        newer_sessions: Callable[[], Awaitable[Sessions]],
        provider: Callable[[str, dict[str, Any]], Awaitable[str]] | None,
    ) -> None:
        self.sessions = sessions
        self._newer_sessions = newer_sessions
        self._provider = provider

    async def user_id(self, token: str) -> str:
        """Raises NotSignedIn."""
        header = token_header(token)
        match header.get("alg"):
            case "HS256":
                return await self._session(token, header)
            case "RS256" if self._provider:
                return await self._provider(token, header)
        raise NotSignedIn

    async def _session(self, token: str, header: dict[str, Any]) -> str:
        try:
            return self.sessions.user_id(token, header)
        except UnknownKey:
            return (await self._newer_sessions()).user_id(token, header)
