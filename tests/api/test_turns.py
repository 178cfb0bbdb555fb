"""One turn: what the browser reads, what the gateway was asked, what the table holds."""



from tests.api.client import Person
from tests.scripted_gateway.modes.mode import TEXT


async def test_a_turn_streams_the_reply_and_ends_with_one_done(person: Person) -> None:
    reply = await person.send("Hello there")
    assert reply.events[0].event == "turn"
    assert reply.text == TEXT
    assert reply.done["outcome"] == "complete"
    assert reply.done["usage"]["completion"] > 0
    assert reply.last_id == str(len(TEXT))
