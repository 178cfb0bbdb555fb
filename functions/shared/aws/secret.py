"""Reads secrets: from SSM when the name begins with a slash, else from Secrets Manager."""

import asyncio
import time
from typing import Any

from shared.age import NEVER, is_older
from shared.aws.service import (
    SECRETS_MANAGER,
    SYSTEMS_MANAGER,
    Api,
    Service,
    ServiceRefused,
    ServiceUnavailable,
)
from shared.settings import Settings, SettingsError

# A rotated secret takes effect within this time.
MAX_AGE_S = 300

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"

_read: dict[str, tuple[float, str]] = {}


async def read_secret(name: str) -> str:
    """Raises SettingsError when it cannot be read."""
    read_at, value = _read.get(name, (NEVER, ""))
    if is_older(read_at, MAX_AGE_S):
        value = await (_parameter(name) if name.startswith("/") else _secret(name, CURRENT))
        _read[name] = (time.time(), value)
    return value


async def gateway_key(settings: Settings) -> str:
    """The gateway's API key, "" for a gateway without keys. Raises SettingsError."""
    if settings.api_key or not settings.api_key_secret:
        return settings.api_key
    return await read_secret(settings.api_key_secret)


async def read_versions(name: str) -> list[str]:
    """The current secret, then the one before its last rotation if there was one.

    Raises SettingsError when it cannot be read.
    """
    if name.startswith("/"):
        # SSM cannot read the previous version by name.
        return [await _parameter(name)]
    current, previous = await asyncio.gather(
        _secret(name, CURRENT), _secret(name, PREVIOUS), return_exceptions=True
    )
    if isinstance(current, BaseException):
        raise current
    if isinstance(previous, SettingsError):
        return [current]
    if isinstance(previous, BaseException):
        raise previous
    return [current, previous]


async def _secret(name: str, stage: str) -> str:
    arguments = {"SecretId": name, "VersionStage": stage}
    answer = await _call(SECRETS_MANAGER, "GetSecretValue", arguments)
    return str(answer.get("SecretString", ""))


async def _parameter(name: str) -> str:
    arguments = {"Name": name, "WithDecryption": True}
    answer = await _call(SYSTEMS_MANAGER, "GetParameter", arguments)
    return str(answer.get("Parameter", {}).get("Value", ""))


async def _call(api: Api, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    service = Service(api)
    try:
        return await service.call(operation, arguments)
    except (ServiceRefused, ServiceUnavailable):
        raise SettingsError(
            "A secret cannot be read. Check its name and the function's permission to read it."
        ) from None
    finally:
        await service.close()
