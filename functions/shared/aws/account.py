"""The function's AWS account: region, endpoints and credentials, as Lambda provides them.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.aws.tls import tls

# Fetch new credentials this long before the current ones expire.
RENEW_S = 300.0
FETCH_S = 5.0


class NoCredentials(Exception):
    """The environment holds no credentials, or their endpoint does not answer."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """`expires_at` in seconds since 1970."""

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires_at: float = float("inf")


class Account:
    """Credentials come from the environment or, with SnapStart, from a local endpoint."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._credentials: Credentials | None = None
        self._fetching = asyncio.Lock()

    @property
    def region(self) -> str:
        return self._variables.get("AWS_REGION") or self._variables.get("AWS_DEFAULT_REGION", "")

    def endpoint(self, service: str, name: str) -> str:
        """`name` is the service's name in the SDKs' AWS_ENDPOINT_URL_<name>."""
        for variable in (f"AWS_ENDPOINT_URL_{name}", "AWS_ENDPOINT_URL"):
            if url := self._variables.get(variable):
                return url.rstrip("/")
        return f"https://{service}.{self.region}.amazonaws.com"

    async def credentials(self) -> Credentials:
        """Raises NoCredentials."""
        async with self._fetching:
            if self._credentials is None or self._credentials.expires_at - time.time() < RENEW_S:
                self._credentials = self._from_environment() or await self._fetch()
        return self._credentials

    def _from_environment(self) -> Credentials | None:
        variables = self._variables
        if not variables.get("AWS_ACCESS_KEY_ID"):
            return None
        return Credentials(
            variables["AWS_ACCESS_KEY_ID"],
            variables.get("AWS_SECRET_ACCESS_KEY", ""),
            variables.get("AWS_SESSION_TOKEN", ""),
        )

    async def _fetch(self) -> Credentials:
        """https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""
        # Only an environment that was restored from a snapshot fetches its credentials.
        import httpx

        variables = self._variables
        url = variables.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
        headers = {"authorization": variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")}
        try:
            async with httpx.AsyncClient(verify=tls(), trust_env=False, timeout=FETCH_S) as http:
                given: dict[str, Any] = (await http.get(url, headers=headers)).json()
            return Credentials(
                given["AccessKeyId"],
                given["SecretAccessKey"],
                given["Token"],
                datetime.fromisoformat(given["Expiration"]).timestamp(),
            )
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise NoCredentials("There are no credentials to sign with.") from error
