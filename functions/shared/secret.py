"""Secrets by name: a parameter of SSM when the name begins with a slash, else Secrets Manager."""

import asyncio
from typing import Any

from shared.settings import Settings, SettingsError

# A rotated secret is picked up within this time.
MAX_AGE_S = 300


async def read_secret(name: str) -> str:
    """Raises SettingsError when it cannot be read."""
    return await asyncio.to_thread(_read, name)


async def gateway_key(settings: Settings) -> str:
    """The gateway's API key, "" for a gateway without keys. Raises SettingsError."""
    if settings.api_key or not settings.api_key_secret:
        return settings.api_key
    return await read_secret(settings.api_key_secret)


async def read_versions(name: str) -> list[str]:
    """The secret as it is, then as it was before its last rotation, if there was one.

    Raises SettingsError when it cannot be read.
    """
    current = await read_secret(name)
    try:
        return [current, await asyncio.to_thread(_read, name, VersionStage="AWSPREVIOUS")]
    except SettingsError:
        return [current]


def _read(name: str, **version: Any) -> str:
    from aws_lambda_powertools.utilities import parameters
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        if name.startswith("/"):
            if version:
                raise SettingsError("A parameter has no earlier version by name.")
            return str(parameters.get_parameter(name, decrypt=True, max_age=MAX_AGE_S))
        return str(parameters.get_secret(name, max_age=MAX_AGE_S, **version))
    except GetParameterError:
        raise SettingsError(
            "A secret cannot be read. Check its name and the function's permission to read it."
        ) from None
