"""Every observed behaviour of a gateway, by name."""

from tests.scripted_gateway.modes import broken, framing, refusals, whole
from tests.scripted_gateway.modes.mode import Mode

MODES: dict[str, Mode] = {
    mode.name: mode for mode in (*whole.MODES, *framing.MODES, *broken.MODES, *refusals.MODES)
}

__all__ = ["MODES", "Mode"]
