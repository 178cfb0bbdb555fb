"""Saves a reply's row: checkpoints while it streams, and its end."""

import asyncio
from dataclasses import replace

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from shared.log import logger
from shared.table.table import ConditionFailed, TableUnavailable

SAVE_TRIES = 4

_NOT_SAVED = "The reply could not be saved. Copy it before you leave, then try again."


class ReplyRow:
    def __init__(self, thread: Thread, reply: Message) -> None:
        self._thread = thread
        self._reply = reply

    async def checkpoint(self, content: str) -> bool:
        """Saves the text so far. Returns True when the reply must stop. Raises nothing."""
        try:
            row = await self._thread.checkpoint(self._reply, content)
        except ConditionFailed:
            # The row was deleted, or another run continued the reply after its lease expired.
            return True
        except TableUnavailable:
            logger.warning("checkpoint failed")
            return False
        return row.stop_requested

    async def finish(self, reply: Message) -> Message:
        """Returns the reply as readers must see it: as saved, or marked as not saved."""
        for attempt in range(SAVE_TRIES):
            try:
                if await self._finish(reply):
                    return reply
                break
            except TableUnavailable:
                await asyncio.sleep(0.2 * 2**attempt)
        logger.error("reply was not saved")
        error = {"code": "not_saved", "message": _NOT_SAVED}
        return replace(reply, outcome="interrupted", error=error)

    async def _finish(self, reply: Message) -> bool:
        """False when another pump has taken over the reply."""
        try:
            await self._thread.finish(reply)
        except ConditionFailed:
            row = await self._thread.reply(reply.id)
            # The row was deleted, or an earlier try saved it and its answer was lost.
            return row is None or row.run == reply.run
        return True
