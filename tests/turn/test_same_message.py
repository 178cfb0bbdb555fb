"""A message gets one reply, even if it is sent again."""

import asyncio
from uuid import uuid4

from ulid import ULID

from tests.api.client import Person
from tests.scripted_gateway import ScriptedGateway
from tests.scripted_gateway.modes.mode import TEXT


async def test_message_sent_twice_gets_the_same_reply(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id, message_id = str(ULID()), str(uuid4())
    first = await person.send("Hello", conversation_id, message_id)
    again = await person.send("Hello", conversation_id, message_id)
    assert again.turn == first.turn
    assert (again.text, again.done) == (first.text, first.done)
    assert len(gateway.requests) == 1


async def test_same_message_id_with_another_text_is_a_conflict(person: Person) -> None:
    conversation_id, message_id = str(ULID()), str(uuid4())
    await person.send("Hello", conversation_id, message_id)
    answer = await person.post(
        f"/api/conversations/{conversation_id}/turns",
        {"message": {"id": message_id, "content": "Something else"}},
    )
    assert answer.status_code == 409
    assert "Something else" not in answer.text


async def test_message_sent_64_times_at_once_is_one_gateway_call(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id, message_id = str(ULID()), str(uuid4())
    replies = await asyncio.gather(
        *(person.send("Hello", conversation_id, message_id) for _ in range(64))
    )
    assert {reply.text for reply in replies} == {TEXT}
    assert len({reply.turn["reply_id"] for reply in replies}) == 1
    assert len(gateway.requests) == 1
    assert len((await person.conversation(conversation_id))["messages"]) == 2
