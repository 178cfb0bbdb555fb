"""Following a reply from any position, in any environment."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import httpx
from ulid import ULID

from shared.gateway.sse import ServerSentEvent
from tests.api.client import Person, Reply
from tests.api.server import serving, settings_for
from tests.scripted_gateway import Gate, Head, Script, ScriptedGateway, Send, livepeer
from tests.scripted_gateway.modes.mode import PIECES, TEXT
from tests.table.local_table import TestTable
from tests.turn.reply import gated


async def test_resumed_stream_has_no_gap_and_no_repetition(person: Person) -> None:
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
    cuts = random.Random(7).choices(range(len(TEXT) + 1), k=200)
    for cut in cuts:
        reply = await person.read("GET", path, last_event_id=str(cut))
        assert TEXT[:cut] + reply.text == TEXT
        assert reply.done["outcome"] == "complete"


async def test_event_id_counts_characters_and_not_utf_16_units(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = livepeer.reply(["👩‍🚀", "🙂", "é"])
    conversation_id = str(ULID())
    first = await person.send("Hello", conversation_id)
    assert [event.id for event in first.events if event.id][:3] == ["3", "4", "5"]
    path = f"/api/conversations/{conversation_id}/turns/{first.turn['reply_id']}/events"
    assert (await person.read("GET", path, last_event_id="3")).text == "🙂é"
    assert (await person.read("GET", f"{path}?after=4")).text == "é"
    # Last-Event-ID is newer than the URL, which an EventSource repeats when it reconnects.
    assert (await person.read("GET", f"{path}?after=0", last_event_id="5")).text == ""


async def test_event_id_that_is_not_a_number_is_refused(person: Person) -> None:
    conversation_id = str(ULID())
    reply_id = (await person.send("Hello", conversation_id)).turn["reply_id"]
    path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
    for position in ("-1", "1.5", "x", "٣", "1" * 10):
        answer = await person.get(path, params={"after": position})
        assert answer.status_code == 422, position
    beyond = await person.read("GET", f"{path}?after=999999999")
    assert (beyond.text, beyond.done["outcome"]) == ("", "complete")


async def test_viewers_receive_each_token_within_seconds(
    person: Person, gateway: ScriptedGateway
) -> None:
    """Two viewers follow from different positions and both get the end."""
    gates = [Gate() for _ in PIECES]
    frames = [Send(frame) for frame in livepeer.deltas(PIECES)]
    end = Send(livepeer.frame("", tokens=9, finish_reason="stop"))
    steps = [step for pair in zip(gates, frames, strict=True) for step in pair]
    gateway.script = Script((Head(), *steps, end))
    conversation_id = str(ULID())
    async with person.sending("Hello", conversation_id) as events:
        reply_id = Reply([await anext(events)]).turn["reply_id"]
        path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
        async with (
            person.streaming("GET", path) as first,
            person.streaming("GET", f"{path}?after=5") as second,
        ):
            views = [Viewer(first), Viewer(second)]
            text = ""
            for gate, piece in zip(gates, PIECES, strict=True):
                text += piece
                gate.open()
                released = time.monotonic()
                await asyncio.gather(views[0].has(text), views[1].has(text[5:]))
                # Saves are 1 s apart and reads 0.5 s. The rest allows for a busy machine.
                assert time.monotonic() - released < 8
            for view in views:
                await view.end()
                assert view.received.done["outcome"] == "complete"
    assert [view.received.text for view in views] == [TEXT, TEXT[5:]]


class Viewer:
    def __init__(self, events: AsyncIterator[ServerSentEvent]) -> None:
        self._events = events
        self.received = Reply()

    async def has(self, text: str) -> None:
        while self.received.text != text:
            self.received.events.append(await anext(self._events))

    async def end(self) -> None:
        self.received.events += [event async for event in self._events]


async def test_another_environment_follows_a_streaming_reply(
    person: Person, gateway: ScriptedGateway, table: TestTable
) -> None:
    gateway.script, gate = gated(*PIECES)
    conversation_id = str(ULID())
    async with (
        serving(settings_for(gateway, table), table) as elsewhere,
        httpx.AsyncClient(base_url=elsewhere, timeout=30) as http,
        person.sending("Hello", conversation_id) as events,
    ):
        reply_id = Reply([await anext(events)]).turn["reply_id"]
        viewer = Person(http, person.headers["authorization"].removeprefix("Bearer "))
        path = f"/api/conversations/{conversation_id}/turns/{reply_id}/events"
        received = Reply()
        async with viewer.streaming("GET", path) as followed:
            async for event in followed:
                received.events.append(event)
                if received.text and not gate.opened.is_set():
                    assert TEXT.startswith(received.text)
                    gate.open()
        assert received.text == TEXT
        assert [e async for e in events][-1].event == "done"
        assert received.done["outcome"] == "complete"
