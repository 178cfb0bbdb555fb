"""What the routes work with, made on first use: nothing connects at import."""

from collections.abc import Callable
from functools import cached_property

import httpx

from chat.conversation.conversation import Conversations
from chat.generation.generations import Generations
from chat.generation.prewarm import Prewarm
from chat.generation.warmth_cache import Climate
from chat.identity.keys import SessionKeys
from chat.identity.provider import Provider
from chat.identity.sessions import Identity
from chat.limits.admission import Admissions
from chat.turn.replies import Replies
from chat.turn.running import Pumps
from chat.turn.stateless import StatelessReplies
from chat.turn.turns import Turns
from shared.gateway.client import gateway_http
from shared.settings import Settings
from shared.table.table import Table


class Context:
    """The composition root. Its defaults are production; tests pass their own parts.

    Every part raises SettingsError when what it needs is not set.
    """

    def __init__(
        self,
        settings: Callable[[], Settings] = Settings.from_env,
        table: Callable[[str], Table] = Table,
        http: Callable[[], httpx.AsyncClient] = gateway_http,
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
    def climate(self) -> Climate:
        return Climate(self.table, self.settings)

    @cached_property
    def admissions(self) -> Admissions:
        return Admissions(self.table, self.settings)

    @cached_property
    def generations(self) -> Generations:
        return Generations(self.settings, self.http, self.climate)

    @cached_property
    def pumps(self) -> Pumps:
        return Pumps(self.generations, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def replies(self) -> Replies:
        return Replies(self.table, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def stateless(self) -> StatelessReplies:
        return StatelessReplies(self.generations, self.admissions, self.settings.heartbeat_s)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.settings, self.table, self.pumps, self.replies)

    @cached_property
    def prewarm(self) -> Prewarm:
        return Prewarm(self.settings, self.table, self.http)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.table)

    @cached_property
    def session_keys(self) -> SessionKeys:
        return SessionKeys(self.settings)

    @cached_property
    def provider(self) -> Provider | None:
        issuer, client = self.settings.oidc_issuer, self.settings.oidc_client_id
        return Provider(issuer, client, self.http) if issuer else None

    async def identity(self) -> Identity:
        """Raises SettingsError."""
        provider = self.provider.user_id if self.provider else None
        sessions = await self.session_keys.sessions()
        return Identity(sessions, self.session_keys.newer_sessions, provider)

    async def close(self) -> None:
        """Waits for what is under way, then closes every connection."""
        made = vars(self)
        for part in ("pumps", "admissions", "prewarm"):
            if part in made:
                await made[part].drain()
        if "http" in made:
            await self.http.aclose()
        if "table" in made:
            await self.table.close()
