"""Secrets by name: a parameter of SSM when the name begins with a slash, else Secrets Manager."""

import asyncio

from shared.settings import SettingsError

# A rotated secret is picked up within this time.
MAX_AGE_S = 300


async def read_secret(name: str) -> str:
    """Raises SettingsError when it cannot be read."""
    return await asyncio.to_thread(_read, name)


def _read(name: str) -> str:
    from aws_lambda_powertools.utilities import parameters
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        if name.startswith("/"):
            return str(parameters.get_parameter(name, decrypt=True, max_age=MAX_AGE_S))
        return str(parameters.get_secret(name, max_age=MAX_AGE_S))
    except GetParameterError:
        raise SettingsError(
            "A secret cannot be read. Check its name and the function's permission to read it."
        ) from None
