"""The keys that sign sessions, re-read regularly so that a rotation reaches every environment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from chat.identity.sessions import Sessions
from shared.age import NEVER, is_older
from shared.aws.secret import MAX_AGE_S, read_versions
from shared.settings import Settings, SettingsError

# Any token, even a forged one, can name an unknown key, so the keys are read again at most this
# often. The page starts a new session, without the conversations, for a user refused in between.
REREAD_S = 5.0

ReadVersions = Callable[[str], Awaitable[Sequence[str]]]


class SessionKeys:
    def __init__(self, settings: Settings, read: ReadVersions = read_versions) -> None:
        self._settings = settings
        self._read = read
        self._sessions: Sessions | None = None
        self._read_at = NEVER
        self._reading = asyncio.Lock()

    async def sessions(self) -> Sessions:
        """Raises SettingsError when the first read of the keys fails."""
        return await self._younger_than(MAX_AGE_S)

    async def newer_sessions(self) -> Sessions:
        """For a token whose key is unknown."""
        return await self._younger_than(REREAD_S)

    async def _younger_than(self, age_s: float) -> Sessions:
        async with self._reading:
            if self._sessions is None or is_older(self._read_at, age_s):
                self._sessions = await self._renewed(self._sessions)
                self._read_at = time.time()
            return self._sessions

    async def _renewed(self, current: Sessions | None) -> Sessions:
        try:
            return Sessions(await self._keys())
        except SettingsError:
            # Existing sessions stay valid while the secret cannot be read.
            if current is None:
                raise
            return current

    async def _keys(self) -> Sequence[str]:
        """The current key, then the previous one, for the tokens it signed."""
        if self._settings.session_secret:
            return self._settings.session_secret.split(",")
        if not self._settings.session_secret_name:
            raise SettingsError(
                "SESSION_SECRET_NAME is not set. Name the secret that signs the sessions."
            )
        return await self._read(self._settings.session_secret_name)
