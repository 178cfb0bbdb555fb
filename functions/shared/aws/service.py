"""AWS services that speak JSON: one signed POST per call.

boto3 would take most of a cold start and most of the work of a call. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

import json
from dataclasses import dataclass
from typing import Any

from shared.aws.account import Account
from shared.aws.signed_posts import ServiceUnavailable, SignedPosts

__all__ = ["Api", "Service", "ServiceRefused", "ServiceUnavailable"]

OK = 200


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
        self._posts = SignedPosts(account or Account(), api.service, api.name)

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer. Raises ServiceRefused and ServiceUnavailable."""
        headers = {
            "content-type": f"application/x-amz-json-{self._api.version}",
            "x-amz-target": f"{self._api.target}.{operation}",
        }
        answer = await self._posts.post(headers, json.dumps(arguments).encode())
        document = answer.document if isinstance(answer.document, dict) else None
        if answer.status != OK or document is None:
            raise ServiceRefused(answer.code, document or {})
        return document

    async def close(self) -> None:
        await self._posts.close()
