from collections.abc import AsyncIterator

import pytest

from tests.api.conftest import gateway
from tests.scripted_gateway import MODES, ScriptedGateway

__all__ = ["gateway"]


@pytest.fixture
async def other() -> AsyncIterator[ScriptedGateway]:
    """The second of two gateways."""
    async with ScriptedGateway(MODES["normal"].script) as gateway:
        yield gateway
