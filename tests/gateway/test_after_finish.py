"""Frames after the finish are ignored."""

from shared.gateway.client import Gateway
from tests.gateway.transcript import transcript
from tests.scripted_gateway import ScriptedGateway, livepeer


async def test_error_frame_after_the_finish_is_ignored(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    error = b'data: {"error": {"message": "too late", "code": 500}}\n\n'
    scripted.script = livepeer.stream(livepeer.reply(["All", " there"]).body, error)
    result = await transcript(gateway)
    assert result.text == "All there"
    assert result.finish.reason == "stop"
