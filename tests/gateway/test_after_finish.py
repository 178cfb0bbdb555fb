"""What comes after the finish changes nothing."""

from shared.gateway.client import Gateway
from tests.gateway.transcript import transcript
from tests.scripted_gateway import ScriptedGateway, livepeer


async def test_error_frame_after_the_finish_is_ignored(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    error = b'data: {"error": {"message": "too late", "code": 500}}\n\n'
    scripted.script = livepeer.stream(livepeer.reply(["All", " there"]).body, error)
    told = await transcript(gateway)
    assert told.text == "All there"
    assert told.finish.reason == "stop"
