"""python -m benchmarks.history: how the cost of a turn grows with the conversation before it."""

import argparse
import asyncio
from statistics import median
from uuid import uuid4

from ulid import ULID

from benchmarks.metered import USER, MeteredChat, Turn, metered_chat
from chat.conversation.conversation import touch_input
from chat.conversation.message import Message, messages_pk
from chat.conversation.message_queries import put_input

SIZES = (0, 10, 1_000, 5_000)
SHORT = 10
# About as long as usual messages and replies.
QUESTION, ANSWER = "words of a question " * 6, "words of a usual answer " * 40


async def write(chat: MeteredChat, count: int) -> str:
    """Creates a conversation with that many messages and returns its id."""
    messages: list[Message] = []
    for number in range(count):
        asks = number % 2 == 0
        key = str(ULID.from_timestamp(1_700_000_000 + number))
        messages.append(
            Message(
                id=str(uuid4()) if asks else key,
                key=key,
                role="user" if asks else "assistant",
                content=QUESTION if asks else ANSWER,
                status="complete",
                created_at="2026-01-01T00:00:00.000Z",
                parent_id=messages[-1].id if messages else None,
            )
        )
    conversation_id = str(ULID())
    if messages:
        pk = messages_pk(USER, conversation_id)
        await chat.table.put_all([put_input(pk, message)["Item"] for message in messages])
        touch = touch_input(USER, conversation_id, title="Long", model="", head=messages[-1].id)
        await chat.table.update(touch.pop("Key"), **touch)
    return conversation_id


async def measure(repeats: int) -> None:
    print("| messages before the turn | first token | CPU of the turn | read units | sent |")
    print("|--:|--:|--:|--:|--:|", flush=True)
    async with metered_chat() as chat:
        for _ in range(50):
            await chat.turn()
        turns: dict[int, list[Turn]] = {size: [] for size in SIZES}
        sent = dict.fromkeys(SIZES, 0)
        long = {size: await write(chat, size) for size in SIZES if size > SHORT}
        for _ in range(repeats):
            for size in SIZES:
                # The measured turns themselves would make a short conversation longer.
                conversation_id = long.get(size) or await write(chat, size)
                turns[size].append(await chat.turn(conversation_id))
                sent[size] = len(chat.gateway.requests[-1].json["messages"])
    for size, measured in turns.items():
        first_ms = median(turn.first_s for turn in measured) * 1000
        cpu_ms = median(turn.cpu_s for turn in measured) * 1000
        reads = median(turn.reads for turn in measured)
        print(f"| {size:,} | {first_ms:.1f} ms | {cpu_ms:.1f} ms | {reads:g} | {sent[size]} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=40)
    asyncio.run(measure(parser.parse_args().repeats))


if __name__ == "__main__":
    main()
