"""Turns, without HTTP, whose gateway closes, resets or stalls at every byte of an answer."""

import asyncio
from uuid import uuid4

import pytest
from ulid import ULID

from chat.context import Context
from chat.limits.visitor import Visitor
from chat.turn.reply_request import ReplyRequest
from shared.models import Model
from shared.table.attributes import decode_item
from tests.api.client import Reply
from tests.api.server import connect, context_of, settings_for
from tests.gateway.cut_answer import ANSWER, FINISH_SENT, text_sent_by
from tests.scripted_gateway import End, Received, Script, ScriptedGateway, cut
from tests.table.local_table import TestTable

CONCURRENT = {End.FIN: 24, End.RST: 24, End.HANG: 200}


async def turn(context: Context, offset: int, limit: asyncio.Semaphore) -> Reply:
    """One turn. The message carries the offset, so that the gateway knows where to cut."""
    async with limit:
        # An unlisted model has no breaker, which would open after the first failures.
        options = ReplyRequest(Visitor("someone", ""), float("inf"), "", Model.named("any/model"))
        return await Reply.of(
            await context.turns.send(str(ULID()), str(uuid4()), str(offset), options)
        )


def saved_replies(table: TestTable) -> dict[str, tuple[str, str]]:
    """Text and outcome of every reply in the table, by its id."""
    pages = connect(table.endpoint).get_paginator("scan").paginate(TableName=table.name)
    rows = [decode_item(row) for page in pages for row in page["Items"]]
    replies = [row for row in rows if row.get("role") == "assistant"]
    return {row["id"]: (row["content"], row["outcome"]) for row in replies}


@pytest.mark.parametrize("end", [End.FIN, End.RST, End.HANG])
async def test_reply_cut_at_every_byte_is_saved_as_delivered_with_one_done(
    gateway: ScriptedGateway, table: TestTable, end: End
) -> None:
    def cut_at_offset(request: Received) -> Script:
        return cut(ANSWER, int(request.json["messages"][-1]["content"]), end)

    gateway.script = cut_at_offset
    # Only a stalled answer waits for the clocks. Short ones could end the others on a busy machine.
    seconds = "1" if end is End.HANG else "60"
    settings = settings_for(gateway, table, FIRST_TOKEN_COLD_S=seconds, IDLE_S=seconds)
    context = context_of(settings, table)
    limit = asyncio.Semaphore(CONCURRENT[end])
    replies = await asyncio.gather(*(turn(context, o, limit) for o in range(FINISH_SENT)))
    await context.close()
    saved = saved_replies(table)
    assert len(replies) == len(saved) > 2000
    for offset, reply in enumerate(replies):
        outcome = "truncated" if reply.text else "error"
        assert reply.done["outcome"] == outcome, offset
        assert saved[reply.turn["reply_id"]] == (reply.text, outcome), offset
        assert reply.last_id == str(len(reply.text)), offset
        # On a busy machine the short clocks may fire before all bytes are read.
        delivered = reply.text if end is End.HANG else text_sent_by(offset)
        assert reply.text == delivered == text_sent_by(FINISH_SENT)[: len(delivered)], offset
