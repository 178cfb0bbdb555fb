"""AWS services that speak JSON: one signed POST per call.

boto3 would take most of a cold start and most of the work of a call. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

from shared.aws.account import Account, NoCredentials
from shared.aws.connections import Connections
from shared.aws.signature import signed_post

# Three attempts end within about twelve seconds, so a hanging service cannot hang a chat.
CONNECT_S = 1.0
READ_S = 3.0
ATTEMPTS = 3
BACKOFF_S = 0.05

OK, FAILED = 200, 500

# Refusals worth a retry. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
BUSY = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",
}


class ServiceUnavailable(Exception):
    """It is unknown whether the call took effect."""


class ServiceRefused(Exception):
    """The service refused the call. `code` is its error type, `details` the whole answer."""

    def __init__(self, code: str, details: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Api:
    """A service's names: in its address, in variables, in the header that names the call."""

    service: str
    name: str
    target: str
    version: str = "1.1"


DYNAMODB = Api("dynamodb", "DYNAMODB", "DynamoDB_20120810", "1.0")
SECRETS_MANAGER = Api("secretsmanager", "SECRETS_MANAGER", "secretsmanager")
SYSTEMS_MANAGER = Api("ssm", "SSM", "AmazonSSM")


class Service:
    """Connects with the first call. Close it. For one event loop only."""

    def __init__(self, api: Api, account: Account | None = None) -> None:
        self._api = api
        self._account = account or Account()
        url = self._account.endpoint(api.service, api.name)
        self._connections = Connections(url, CONNECT_S, READ_S)

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer. Raises ServiceRefused and ServiceUnavailable."""
        body = json.dumps(arguments).encode()
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(random.uniform(0, BACKOFF_S * 2**attempt))  # noqa: S311
            try:
                status, answer = await self._post(operation, body)
                document = json.loads(answer)
            except (OSError, ValueError):
                continue
            if status == OK and isinstance(document, dict):
                return document
            refusal = _refusal(document)
            if status < FAILED and refusal.code not in BUSY:
                raise refusal
        raise ServiceUnavailable(f"{self._api.service} does not answer.")

    async def close(self) -> None:
        await self._connections.close()

    async def _post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        api, account = self._api, self._account
        headers = {
            "content-type": f"application/x-amz-json-{api.version}",
            "host": self._connections.host,
            "x-amz-target": f"{api.target}.{operation}",
        }
        try:
            credentials = await account.credentials()
        except NoCredentials as error:
            raise ServiceUnavailable(str(error)) from error
        signed = signed_post(credentials, account.region, api.service, headers, body)
        return await self._connections.post(signed, body)


def _refusal(document: Any) -> ServiceRefused:
    details = document if isinstance(document, dict) else {}
    # "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", or only what follows "#".
    return ServiceRefused(str(details.get("__type", "")).rpartition("#")[2], details)
