"""The composition root: creates the parts that the routes use, each on first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chat.conversation.conversation import Conversations
from chat.generation.prewarm import Prewarm
from chat.generation.warmth_cache import WarmthCache
from chat.identity.keys import SessionKeys
from chat.identity.sessions import Identity
from chat.limits.admission import Admissions
from shared.settings import Settings
from shared.table.table import Table

# These import httpx, so they load when they are first used.
if TYPE_CHECKING:
    import httpx

    from chat.generation.plan import GenerationFactory
    from chat.identity.provider import Provider
    from chat.turn.follow import Replies
    from chat.turn.running import RunningTurns
    from chat.turn.stateless import StatelessReplies
    from chat.turn.turns import Turns


def _gateway_http() -> httpx.AsyncClient:
    from shared.gateway.client import gateway_http

    return gateway_http()


class Context:
    """The defaults are production; tests pass their own parts. Nothing connects before first use.

    Every part raises SettingsError when a setting that it needs is missing.
    """

    def __init__(
        self,
        settings: Callable[[], Settings] = Settings.from_env,
        table: Callable[[str], Table] = Table,
        http: Callable[[], httpx.AsyncClient] = _gateway_http,
    ) -> None:
        self._read_settings = settings
        self._open_table = table
        self._open_http = http

    @cached_property
    def settings(self) -> Settings:
        return self._read_settings()

    @cached_property
    def table(self) -> Table:
        return self._open_table(self.settings.table_name)

    @cached_property
    def http(self) -> httpx.AsyncClient:
        return self._open_http()

    @cached_property
    def warmth_cache(self) -> WarmthCache:
        return WarmthCache(self.table, self.settings)

    @cached_property
    def admissions(self) -> Admissions:
        return Admissions(self.table, self.settings)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.table)

    @cached_property
    def prewarm(self) -> Prewarm:
        return Prewarm(self.settings, self.table, lambda: self.http)

    @cached_property
    def session_keys(self) -> SessionKeys:
        return SessionKeys(self.settings)

    async def identity(self) -> Identity:
        """Raises SettingsError."""
        sessions = await self.session_keys.sessions()
        provider = self._provider_user_id if self.settings.oidc_issuer else None
        return Identity(sessions, self.session_keys.newer_sessions, provider)

    @cached_property
    def provider(self) -> Provider:
        """The OIDC provider. Only for a deployment that has one."""
        from chat.identity.provider import Provider

        return Provider(self.settings.oidc_issuer, self.settings.oidc_client_id, self.http)

    @cached_property
    def generation_factory(self) -> GenerationFactory:
        from chat.generation.plan import GenerationFactory

        return GenerationFactory(self.settings, self.http, self.warmth_cache)

    @cached_property
    def running_turns(self) -> RunningTurns:
        from chat.turn.running import RunningTurns

        return RunningTurns(self.generation_factory, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def replies(self) -> Replies:
        from chat.turn.follow import Replies

        return Replies(self.table, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def stateless(self) -> StatelessReplies:
        from chat.turn.stateless import StatelessReplies

        return StatelessReplies(self.generation_factory, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def turns(self) -> Turns:
        from chat.turn.turns import Turns

        return Turns(self.settings, self.table, self.running_turns, self.replies)

    async def close(self) -> None:
        """Waits for running turns, then closes every connection."""
        created = vars(self)
        for part in ("running_turns", "admissions", "prewarm"):
            if part in created:
                await created[part].drain()
        if "http" in created:
            await self.http.aclose()
        if "table" in created:
            await self.table.close()

    async def _provider_user_id(self, token: str, header: dict[str, Any]) -> str:
        return await self.provider.user_id(token, header)
