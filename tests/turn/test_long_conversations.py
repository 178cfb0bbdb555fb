"""Long conversations and long replies."""

from typing import Any
from uuid import uuid4

import pytest
from ulid import ULID

from chat.context import Context
from chat.conversation.conversation import touch_input
from chat.conversation.message import Message, messages_pk
from chat.conversation.message_queries import put_input
from chat.limits.visitor import Visitor
from chat.turn.reply_request import ReplyRequest
from shared.aws.service import DYNAMODB, Service
from shared.table.table import Table
from tests.api.client import Person, Reply
from tests.api.server import account, settings_for
from tests.scripted_gateway import ScriptedGateway, livepeer
from tests.table.local_table import TestTable
from tests.turn.reply import settled

USER = "someone"
WORDS = "some words of a usual message, " * 4


def branch_of(count: int) -> list[Message]:
    """Questions and replies, alternating."""
    messages: list[Message] = []
    for number in range(count):
        key = str(ULID.from_timestamp(1_700_000_000 + number))
        is_question = number % 2 == 0
        messages.append(
            Message(
                id=str(uuid4()) if is_question else key,
                key=key,
                role="user" if is_question else "assistant",
                content=f"{number} {WORDS}",
                status="complete",
                created_at="2026-01-01T00:00:00.000Z",
                parent_id=messages[-1].id if messages else None,
            )
        )
    return messages


class Counting(Service):
    """Counts the rows that queries return."""

    read = 0

    async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = await super().call(operation, arguments)
        self.read += answer.get("Count", 0) if operation == "Query" else 0
        return answer


@pytest.mark.parametrize("count", [500, 5000])
async def test_turn_reads_only_the_messages_it_sends(
    gateway: ScriptedGateway, table: TestTable, count: int
) -> None:
    counting = Counting(DYNAMODB, account(table.endpoint))
    rows = Table(table.name, lambda: counting)
    messages, conversation_id = branch_of(count), str(ULID())
    pk = messages_pk(USER, conversation_id)
    await rows.put_all([put_input(pk, message)["Item"] for message in messages])
    conversation = touch_input(USER, conversation_id, title="Long", model="", head=messages[-1].id)
    await rows.update(conversation.pop("Key"), **conversation)
    context = Context(lambda: settings_for(gateway, table), lambda _: rows)
    options = ReplyRequest(Visitor(USER, ""), float("inf"), "")
    reply = await Reply.of(await context.turns.send(conversation_id, str(uuid4()), "Hi", options))
    await context.close()
    assert reply.done["outcome"] == "complete"
    sent = (await gateway.request()).json["messages"]
    assert len(sent) > 50
    # A page holds fifty rows, and the rows of warmth count too.
    assert counting.read <= len(sent) + 60


async def test_reply_as_long_as_the_context_window_can_be_regenerated(
    person: Person, gateway: ScriptedGateway
) -> None:
    gateway.script = livepeer.reply(["word "] * 9000)
    conversation_id = str(ULID())
    first = await person.send("Hello", conversation_id)
    gateway.script = livepeer.reply(["Shorter"])
    path = f"/api/conversations/{conversation_id}/turns/{first.turn['reply_id']}/regenerate"
    other = await person.read("POST", path)
    assert other.text == "Shorter"
    assert (await gateway.request(2)).json["messages"] == [{"role": "user", "content": "Hello"}]


async def test_reply_ends_at_the_size_limit_of_a_row(
    person: Person, gateway: ScriptedGateway
) -> None:
    """A DynamoDB item holds at most 400 KB of UTF-8."""
    piece = "eight kB of café \U0001f642 " * 400
    gateway.script = livepeer.reply([piece] * 60)
    conversation_id = str(ULID())
    reply = await person.send("Hello", conversation_id)
    assert reply.done["outcome"] == "length"
    assert 350_000 < len(reply.text.encode()) < 400_000
    assert (piece * 60).startswith(reply.text)
    saved = await settled(person, conversation_id)
    assert (saved["content"], saved["outcome"]) == (reply.text, "length")
