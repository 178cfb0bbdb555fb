"""The function's AWS account: region, endpoints, credentials, and the services' time."""

import asyncio
import os
import time
from collections.abc import Mapping

from shared.age import NEVER, is_older
from shared.aws.credentials import Credentials, NoCredentials, read_credentials

# Read new credentials this long before the current ones expire.
RENEW_S = 300.0
# Read at most this often while the current ones are valid: the endpoint may have no newer ones yet,
# and each call would wait seconds for an endpoint that fails.
RENEW_AGAIN_S = 30.0

# AWS accepts signatures made within a few minutes of its own time. A smaller difference than this
# cannot be the reason for a refusal.
SKEW_S = 240.0


class Account:
    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._credentials: Credentials | None = None
        self._renewed_at = NEVER
        self._reading = asyncio.Lock()
        # How far the services' clock is ahead of ours.
        self._ahead_s = 0.0

    @property
    def region(self) -> str:
        return self._variables.get("AWS_REGION") or self._variables.get("AWS_DEFAULT_REGION", "")

    def endpoint(self, service: str, name: str) -> str:
        """`name` is the service's name in the SDKs' AWS_ENDPOINT_URL_<name>."""
        for variable in (f"AWS_ENDPOINT_URL_{name}", "AWS_ENDPOINT_URL"):
            if url := self._variables.get(variable):
                return url.rstrip("/")
        return f"https://{service}.{self.region}.amazonaws.com"

    def now(self) -> float:
        """Returns seconds since 1970, corrected by what `set_clock` has learned."""
        return time.time() + self._ahead_s

    def set_clock(self, date: str, signed_at: float) -> bool:
        """Corrects `now` by the Date of an answer to a request that was signed at `signed_at`.

        Returns False if the Date is malformed or about the same time. Compared with `signed_at`,
        not with `now`: the answer to a concurrent request may have set the clock meanwhile.
        """
        # Imported here, because Lambda's clock is hardly ever wrong.
        from email.utils import parsedate_to_datetime

        try:
            answered_at = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return False
        if abs(answered_at - signed_at) < SKEW_S:
            return False
        self._ahead_s = answered_at - time.time()
        return True

    async def credentials(self) -> Credentials:
        """Raises NoCredentials."""
        async with self._reading:
            current = self._credentials
            if current is None or self._is_due(current):
                self._credentials = current = await self._renewed(current)
                self._renewed_at = time.time()
            return current

    async def renew(self, refused: Credentials) -> bool:
        """Reads the credentials again after a service refused them. False if they are the same."""
        async with self._reading:
            if self._credentials == refused:
                try:
                    self._credentials = await read_credentials(self._variables)
                except NoCredentials:
                    return False
            return self._credentials != refused

    def _is_due(self, current: Credentials) -> bool:
        left_s = current.expires_at - self.now()
        return left_s <= 0 or (left_s < RENEW_S and is_older(self._renewed_at, RENEW_AGAIN_S))

    async def _renewed(self, current: Credentials | None) -> Credentials:
        try:
            return await read_credentials(self._variables)
        except NoCredentials:
            # Renewal starts before the current credentials expire, so they may still be valid.
            if current is None or current.expires_at <= self.now():
                raise
            return current
