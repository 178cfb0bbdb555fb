"""The page on a laptop and a phone, in light and dark."""

from typing import Literal

import pytest

from tests.browser.chat import Chat

Scheme = Literal["light", "dark"]


LOOKS = [
    pytest.param((width, scheme), id=f"{width}-{scheme}")
    for width in (1280, 390)
    for scheme in ("light", "dark")
]


@pytest.fixture(params=LOOKS)
async def looking(chat: Chat, request: pytest.FixtureRequest) -> Chat:
    width, scheme = request.param
    await chat.page.set_viewport_size({"width": width, "height": 800})
    # axe-core cannot judge colours in the middle of a transition.
    await chat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return chat
