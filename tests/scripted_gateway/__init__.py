"""A gateway that misbehaves on demand.

async with ScriptedGateway() as gateway:
    gateway.script = MODES["truncated"].script
    ... send a request to gateway.url ...
    request = await gateway.request()
"""

from tests.scripted_gateway.answers import answer, json_answer, redirect
from tests.scripted_gateway.casting import Casting, always, by_model, in_turn
from tests.scripted_gateway.modes import MODES, Mode
from tests.scripted_gateway.received import Received
from tests.scripted_gateway.script import (
    End,
    Gate,
    Head,
    Script,
    Send,
    Step,
    Wait,
    before,
    cut,
    ending,
    on_the_wire,
    split,
)
from tests.scripted_gateway.server import ScriptedGateway

__all__ = [
    "MODES",
    "Casting",
    "End",
    "Gate",
    "Head",
    "Mode",
    "Received",
    "Script",
    "ScriptedGateway",
    "Send",
    "Step",
    "Wait",
    "always",
    "answer",
    "before",
    "by_model",
    "cut",
    "ending",
    "in_turn",
    "json_answer",
    "on_the_wire",
    "redirect",
    "split",
]
