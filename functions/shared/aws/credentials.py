"""The function's credentials, as Lambda provides them.

They come from the environment or, with SnapStart, from a local endpoint.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.aws.tls import tls

# The same limits as in AWS's SDKs.
FETCH_S = 2.0
FETCHES = 3
FETCH_PAUSE_S = 1.0


class NoCredentials(Exception):
    """The environment holds no credentials, or their endpoint does not answer."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """`expires_at` in seconds since 1970."""

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires_at: float = float("inf")


async def read_credentials(variables: Mapping[str, str]) -> Credentials:
    """Raises NoCredentials."""
    if variables.get("AWS_ACCESS_KEY_ID"):
        return Credentials(
            variables["AWS_ACCESS_KEY_ID"],
            variables.get("AWS_SECRET_ACCESS_KEY", ""),
            variables.get("AWS_SESSION_TOKEN", ""),
        )
    url = variables.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if not url:
        raise NoCredentials("There are no credentials to sign with.")
    token = variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    for _ in range(FETCHES - 1):
        try:
            return await _fetch(url, token)
        except NoCredentials:
            await asyncio.sleep(FETCH_PAUSE_S)
    return await _fetch(url, token)


async def _fetch(url: str, token: str) -> Credentials:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html"""
    # Only an environment that was restored from a snapshot fetches its credentials.
    import httpx

    headers = {"authorization": token}
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
        raise NoCredentials("The credentials cannot be fetched.") from error
