"""Prepares a reply: its prompt, its admission, and the wait for a duplicate of the same message."""

import asyncio

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.refused import LimitReached
from chat.limits.streams import DuplicateInProgress
from chat.turn.follow import NoSuchReply
from chat.turn.prompt import Prompts, ReadBranch
from chat.turn.reply_request import ReplyRequest
from chat.turn.running import PreparedReply, RunningTurns
from shared.models import Model
from shared.table.table import TableUnavailable

# How often, and how many times, to check whether a duplicate request has saved its reply.
DUPLICATE_POLL_S = 0.1
DUPLICATE_POLLS = 100


class Preparation:
    """Every method raises LimitReached, InvalidCompletion, SettingsError and TableUnavailable."""

    def __init__(self, prompts: Prompts, running_turns: RunningTurns) -> None:
        self._prompts = prompts
        self._running_turns = running_turns

    async def reply(
        self,
        run: str,
        system_prompt: str | None,
        model: Model,
        read_branch: ReadBranch,
        request: ReplyRequest,
        owner: str = "",
    ) -> PreparedReply:
        """Raises DuplicateInProgress while another reply with the same `owner` starts."""
        build = self._prompts.completion(model, system_prompt, read_branch, request)
        wanted_tokens = self._prompts.max_tokens(request)
        return await self._running_turns.prepare(run, build, wanted_tokens, request, owner)

    async def first_reply(
        self,
        thread: Thread,
        question: Message,
        reply: Message,
        system_prompt: str | None,
        model: Model,
        request: ReplyRequest,
    ) -> PreparedReply | None:
        """The reply to a new message, None if a duplicate request saved that message first.

        Raises NoSuchReply when the question's parent does not exist.
        """

        async def read_branch() -> list[Message]:
            earlier = await self._prompts.branch(thread, question.parent_id, model, request)
            if question.parent_id and not earlier:
                raise NoSuchReply
            return [*earlier, question]

        for _ in range(DUPLICATE_POLLS):
            try:
                return await self.reply(
                    reply.run, system_prompt, model, read_branch, request, owner=question.id
                )
            except DuplicateInProgress:
                await asyncio.sleep(DUPLICATE_POLL_S)
            except LimitReached:
                # The duplicate may have used the last of the limit.
                if await thread.sent(question.id):
                    return None
                raise
            if await thread.sent(question.id):
                return None
        raise TableUnavailable("Another request is sending the same message and does not finish.")
