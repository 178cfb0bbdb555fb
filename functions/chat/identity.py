"""Who is asking: anonymous sessions, signed by us."""

import time
from dataclasses import dataclass

import jwt
from ulid import ULID

from shared.settings import SettingsError

ISSUER = "livepeer-chat"
SESSION_S = 30 * 24 * 3600

# RFC 7518, 3.2: a key at least as long as the hash.
MIN_KEY_BYTES = 32


class NotSignedIn(Exception):
    """There is no token, or it is not one of ours, or it is over."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    user_id: str
    expires_at: int


class Sessions:
    """Issues and verifies session tokens. Raises SettingsError for a key that is too short."""

    def __init__(self, key: str) -> None:
        if len(key.encode()) < MIN_KEY_BYTES:
            raise SettingsError(
                f"SESSION_SECRET is shorter than {MIN_KEY_BYTES} bytes. Set a longer random text."
            )
        self._key = key

    def start(self) -> Session:
        now = int(time.time())
        user_id, expires_at = f"anon-{ULID()}", now + SESSION_S
        claims = {"iss": ISSUER, "sub": user_id, "iat": now, "exp": expires_at}
        return Session(jwt.encode(claims, self._key, "HS256"), user_id, expires_at)

    def user_id(self, token: str) -> str:
        """Raises NotSignedIn."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                issuer=ISSUER,
                options={"require": ["exp", "iat", "iss", "sub"]},
            )
        except jwt.InvalidTokenError:
            raise NotSignedIn from None
        return str(claims["sub"])
