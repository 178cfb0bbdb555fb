"""The keys of the sessions, read again so that a rotation reaches every environment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from chat.identity.sessions import Sessions
from shared.aws.secret import MAX_AGE_S, read_versions
from shared.settings import Settings, SettingsError

# A token that names an unknown key asks for newer ones, forged or not: no more often than this. Who
# is refused in between looks like nobody we know, and begins anew without their conversations.
AGAIN_S = 5.0

ReadVersions = Callable[[str], Awaitable[Sequence[str]]]


class SessionKeys:
    """`now` in seconds, from any start."""

    def __init__(
        self,
        settings: Settings,
        read: ReadVersions = read_versions,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._read = read
        self._now = now
        self._sessions: Sessions | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def sessions(self) -> Sessions:
        """Raises SettingsError when there are no keys yet and none can be read."""
        return await self._younger_than(MAX_AGE_S)

    async def newer_sessions(self) -> Sessions:
        """For a token whose key is not known."""
        return await self._younger_than(AGAIN_S)

    async def _younger_than(self, age_s: float) -> Sessions:
        async with self._reading:
            if self._sessions is None or self._now() - self._read_at >= age_s:
                self._sessions = await self._renewed(self._sessions)
                self._read_at = self._now()
            return self._sessions

    async def _renewed(self, known: Sessions | None) -> Sessions:
        try:
            return Sessions(await self._keys())
        except SettingsError:
            # Who has a session keeps it while the secret cannot be read.
            if known is None:
                raise
            return known

    async def _keys(self) -> Sequence[str]:
        """The current key, then the one before it, for the tokens it signed."""
        if self._settings.session_secret:
            return self._settings.session_secret.split(",")
        if not self._settings.session_secret_name:
            raise SettingsError(
                "SESSION_SECRET_NAME is not set. Name the secret that signs the sessions."
            )
        return await self._read(self._settings.session_secret_name)
