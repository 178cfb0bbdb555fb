"""The parts of the API's tests."""

from tests.api.conftest import gateway

__all__ = ["gateway"]
