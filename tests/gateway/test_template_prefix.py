import pytest

from shared.gateway.chat_template import TemplatePrefix
from shared.gateway.client import Gateway
from tests.gateway.transcript import transcript
from tests.scripted_gateway import ScriptedGateway, livepeer
from tests.scripted_gateway.livepeer import LEAKED_PREFIX

ANSWER = LEAKED_PREFIX + "Hi"


def delivered(*pieces: str) -> str:
    prefix = TemplatePrefix()
    return "".join([*map(prefix.feed, pieces), prefix.flush()])


def test_leaked_prefix_is_dropped_at_every_split_in_two_and_three() -> None:
    for first in range(len(ANSWER) + 1):
        for second in range(first, len(ANSWER) + 1):
            pieces = ANSWER[:first], ANSWER[first:second], ANSWER[second:]
            assert delivered(*pieces) == "Hi", pieces


def test_leaked_prefix_is_dropped_character_by_character() -> None:
    assert delivered(*ANSWER) == "Hi"


@pytest.mark.parametrize("length", range(1, len(LEAKED_PREFIX)))
def test_part_of_the_prefix_is_text(length: int) -> None:
    part = LEAKED_PREFIX[:length]
    assert delivered(part) == part
    assert delivered(*part) == part
    assert delivered(*part, "x") == part + "x"


def test_prefix_later_in_the_text_is_kept() -> None:
    assert delivered("a", ANSWER) == "a" + ANSWER
    assert delivered(LEAKED_PREFIX, ANSWER) == ANSWER


def test_text_that_cannot_become_the_prefix_is_not_held_back() -> None:
    prefix = TemplatePrefix()
    assert prefix.feed("<") == ""
    assert prefix.feed("b") == "<b"
    assert prefix.feed("<|") == "<|"


async def test_leaked_prefix_is_dropped_from_the_gateway_stream(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    for point in range(1, len(LEAKED_PREFIX)):
        scripted.script = livepeer.reply([LEAKED_PREFIX[:point], LEAKED_PREFIX[point:], "Hi", "!"])
        result = await transcript(gateway)
        assert result.deltas == ["Hi", "!"], point
        assert result.finish.reason == "stop", point


async def test_reply_of_the_prefix_alone_is_empty_and_complete(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = livepeer.reply([LEAKED_PREFIX])
    result = await transcript(gateway)
    assert result.deltas == []
    assert result.finish.reason == "stop"


async def test_reply_that_ends_within_the_prefix_is_delivered(
    gateway: Gateway, scripted: ScriptedGateway
) -> None:
    scripted.script = livepeer.reply(["<", "|start"])
    result = await transcript(gateway)
    assert result.text == "<|start"
    assert result.finish.reason == "stop"
