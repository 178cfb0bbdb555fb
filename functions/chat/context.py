"""What the routes work with, made on first use: nothing connects at import."""

import asyncio
from collections.abc import Callable, Sequence

import httpx

from chat.conversations import Conversations
from chat.identity import Identity, Sessions
from chat.provider import Provider
from chat.turns import Turns
from shared.gateway import Gateway, gateway_http
from shared.reply import Clocks
from shared.secret import gateway_key, read_versions
from shared.settings import Settings, SettingsError
from shared.table import Table

# Seconds before the function's own end by which a reply must be over, so that it can be saved.
DEADLINE_MARGIN_S = 8.0


class Context:
    """The composition root. Its defaults are production; tests pass their own parts."""

    def __init__(
        self,
        settings: Callable[[], Settings] = Settings.from_env,
        table: Callable[[str], Table] = Table,
        http: Callable[[], httpx.AsyncClient] = gateway_http,
    ) -> None:
        self._read_settings = settings
        self._open_table = table
        self._open_http = http
        self._settings: Settings | None = None
        self._table: Table | None = None
        self._http: httpx.AsyncClient | None = None
        self._identity: Identity | None = None
        self._turns: Turns | None = None
        self._opening = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """Raises SettingsError."""
        if self._settings is None:
            self._settings = self._read_settings()
        return self._settings

    @property
    def table(self) -> Table:
        if self._table is None:
            self._table = self._open_table(self.settings.table_name)
        return self._table

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.table)

    @property
    def http(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = self._open_http()
        return self._http

    async def identity(self) -> Identity:
        async with self._opening:
            if self._identity is None:
                settings = self.settings
                provider = None
                if settings.oidc_issuer:
                    provider = Provider(
                        settings.oidc_issuer, settings.oidc_client_id, self.http
                    ).user_id
                self._identity = Identity(Sessions(await self._session_keys()), provider)
            return self._identity

    async def _session_keys(self) -> Sequence[str]:
        """The current key, then the one before it, for the tokens it signed."""
        settings = self.settings
        if settings.session_secret:
            return settings.session_secret.split(",")
        if not settings.session_secret_name:
            raise SettingsError(
                "SESSION_SECRET_NAME is not set. Name the secret that signs the sessions."
            )
        return await read_versions(settings.session_secret_name)

    async def gateway(self) -> Gateway:
        key = await gateway_key(self.settings)
        return Gateway(self.settings.gateway_urls[0], self.http, key)

    def clocks(self, remaining_s: float) -> Clocks:
        """`remaining_s`: seconds until this process is ended from outside."""
        return Clocks(
            first_token_s=self.settings.first_token_cold_s,
            idle_s=self.settings.idle_s,
            total_s=max(0.0, remaining_s - DEADLINE_MARGIN_S),
        )

    async def turns(self) -> Turns:
        if self._turns is None:
            self._turns = Turns(self.settings, self.table, self.gateway)
        return self._turns

    async def close(self) -> None:
        """Waits for the replies under way, then closes every connection."""
        if self._turns is not None:
            await self._turns.drain()
        if self._http is not None:
            await self._http.aclose()
        if self._table is not None:
            self._table.close()
