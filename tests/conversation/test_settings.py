"""A conversation's title and system prompt."""

import asyncio

from ulid import ULID

from tests.api.client import Person
from tests.scripted_gateway import ScriptedGateway


async def test_title_and_system_prompt_can_be_changed(person: Person) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    change = {"title": "  A title ", "system_prompt": "Be brief."}
    answer = await person.http.patch(
        f"/api/conversations/{conversation_id}", json=change, headers=person.headers
    )
    assert answer.json()["conversation"]["title"] == "A title"
    assert answer.json()["conversation"]["system_prompt"] == "Be brief."


async def test_conversation_keeps_its_first_system_prompt(
    person: Person, gateway: ScriptedGateway
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id, system_prompt="Be brief.")
    await person.send("And?", conversation_id, system_prompt="Be long.")
    conversation = (await person.conversation(conversation_id))["conversation"]
    assert conversation["system_prompt"] == "Be brief."
    system_messages = [request.json["messages"][0] for request in gateway.requests]
    assert system_messages == [{"role": "system", "content": "Be brief."}] * 2
    path = f"/api/conversations/{conversation_id}"
    change = {"system_prompt": ""}
    await person.http.patch(path, json=change, headers=person.headers)
    await person.send("And now?", conversation_id)
    assert gateway.requests[-1].json["messages"][0]["role"] == "user"


async def test_conversation_can_be_renamed_while_messages_are_sent(
    person: Person,
) -> None:
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    path = f"/api/conversations/{conversation_id}"

    async def rename(number: int) -> int:
        answer = await person.http.patch(
            path, json={"title": f"Title {number}"}, headers=person.headers
        )
        return answer.status_code

    renamed = asyncio.gather(*(rename(number) for number in range(40)))
    replies = await asyncio.gather(
        *(person.send(str(number), conversation_id) for number in range(20))
    )
    assert set(await renamed) == {200}
    assert {reply.done["outcome"] for reply in replies} == {"complete"}
