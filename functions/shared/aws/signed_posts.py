"""Signed POST requests to one AWS service, retried where that may help."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from zlib import crc32

from shared.aws.account import Account
from shared.aws.connections import Answer, Connections
from shared.aws.credentials import Credentials, NoCredentials
from shared.aws.retry import ATTEMPTS, NOTHING, Failure, error_code, failure, pause_s
from shared.aws.signature import signed_post

# Three attempts end within about fifteen seconds, so a hanging service cannot hang a chat.
CONNECT_S = 1.0
READ_S = 3.0

BAD_REQUEST = 400


class ServiceUnavailable(Exception):
    """It is unknown whether the call took effect."""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """`code` is the error's type, "" if it has none. `document` is None without a JSON body."""

    status: int
    headers: Mapping[str, str]
    code: str
    # It may hold a secret.
    document: Any = field(repr=False)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Raises ValueError for a damaged body, and for a success whose body is not JSON."""
        given = answer.headers.get("x-amz-crc32")
        if given and int(given) != crc32(answer.body):
            raise ValueError("The answer does not match its checksum.")
        try:
            document = json.loads(answer.body) if answer.body else None
        except ValueError:
            if answer.status < BAD_REQUEST:
                raise
            document = None
        code = error_code(answer.headers, document)
        return cls(answer.status, answer.headers, code, document)


class SignedPosts:
    """Connects with the first request. The caller closes it. Use it in one event loop only."""

    def __init__(self, account: Account, service: str, name: str) -> None:
        """`name` is the service's name in the SDKs' AWS_ENDPOINT_URL_<name>."""
        self._account = account
        self._service = service
        self._connections = Connections(account.endpoint(service, name), CONNECT_S, READ_S)

    async def post(self, headers: Mapping[str, str], body: bytes, path: str = "/") -> ServiceAnswer:
        """Returns the first answer that a retry cannot improve. Raises ServiceUnavailable."""
        reason = "does not answer"
        for attempt in range(1, ATTEMPTS + 1):
            kind, given = Failure.TRANSIENT, NOTHING
            try:
                credentials = await self._account.credentials()
                signed_at = self._account.now()
                signed = self._signed(credentials, signed_at, headers, body, path)
                answer = ServiceAnswer.of(await self._connections.post(signed, body, path))
            except NoCredentials as error:
                raise ServiceUnavailable(str(error)) from error
            except (OSError, ValueError):
                pass
            else:
                kind, given = failure(answer.status, answer.code), answer.headers
                match kind:
                    case Failure.FINAL:
                        return answer
                    case Failure.EXPIRED if not await self._account.renew(credentials):
                        return answer
                    case Failure.SKEWED if not self._account.set_clock(
                        given.get("date", ""), signed_at
                    ):
                        return answer
                reason = f"answers {answer.status} {answer.code}".rstrip()
            if attempt < ATTEMPTS:
                await asyncio.sleep(pause_s(attempt, kind, given))
        raise ServiceUnavailable(f"{self._service} {reason}.")

    async def close(self) -> None:
        await self._connections.close()

    def _signed(
        self,
        credentials: Credentials,
        signed_at: float,
        headers: Mapping[str, str],
        body: bytes,
        path: str,
    ) -> dict[str, str]:
        named = {**headers, "host": self._connections.host}
        region = self._account.region
        return signed_post(credentials, region, self._service, named, body, signed_at, path)
