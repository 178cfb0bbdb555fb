"""Turns: a user's message and the replies to it."""

import asyncio
from dataclasses import dataclass, replace

from ulid import ULID

from chat.conversation.conversation import Conversation, Conversations, title_of
from chat.conversation.message import CONTINUABLE, Message, new_question, new_reply
from chat.conversation.thread import Send, Thread, digest
from chat.turn.follow import Events, NoSuchReply, Replies, turn_data
from chat.turn.prepare import Preparation
from chat.turn.prompt import Prompts, ReadBranch
from chat.turn.reply_request import ReplyRequest
from chat.turn.running import RunningTurns
from shared.settings import Settings
from shared.table.table import ConditionFailed, Table

# Outcomes that are the gateway's fault.
_GATEWAY_FAILURES = ("error", "truncated", "interrupted")


class MessageReused(Exception):
    """The message id was used before for another text."""


class NotContinuable(Exception):
    """The reply is complete or still streaming."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The reply that a message follows. None starts the conversation over."""

    id: str | None


class Turns:
    """Every method raises NoSuchReply, InvalidCompletion, LimitReached, SettingsError when no
    gateway is configured, and TableUnavailable.

    A method that returns events has saved all rows by then. The gateway is called afterwards.
    """

    def __init__(
        self, settings: Settings, table: Table, running_turns: RunningTurns, replies: Replies
    ) -> None:
        self._prompts = Prompts(settings)
        self._preparation = Preparation(self._prompts, running_turns)
        self._table = table
        self._running_turns = running_turns
        self._replies = replies

    async def send(
        self,
        conversation_id: str,
        message_id: str,
        text: str,
        request: ReplyRequest,
        parent: Parent | None = None,
        system_prompt: str | None = None,
    ) -> Events:
        """Answers a message. Sending the same message again replays the same reply.

        Without a `parent` the message follows the conversation's head. `system_prompt` is kept
        only if this message creates the conversation. Raises MessageReused.
        """
        thread = Thread(self._table, request.user_id, conversation_id)
        sent, conversation, _ = await asyncio.gather(
            thread.sent(message_id),
            Conversations(self._table).get(request.user_id, conversation_id),
            self._running_turns.refresh(),
        )
        if sent:
            return await self._replay(conversation_id, sent, text, request)
        if parent is None:
            parent = Parent(conversation.head if conversation else None)
        model = request.model or self._prompts.model(conversation.model if conversation else "")
        question = new_question(message_id, text, parent.id)
        reply = new_reply(question, model, request.request_id)
        prepared = await self._preparation.first_reply(
            thread,
            question,
            reply,
            conversation.system_prompt if conversation else system_prompt,
            model,
            request,
        )
        title = conversation.title if conversation else title_of(text)
        try:
            if prepared is None:
                raise ConditionFailed("A duplicate request was faster.")
            reply = prepared.with_limits(reply)
            async with self._running_turns.refund_on_failure(prepared):
                await thread.begin(
                    question,
                    reply,
                    prepared.reservation,
                    title=title,
                    model=model.id,
                    # An existing conversation's prompt may have been changed in the meantime.
                    system_prompt=None if conversation else system_prompt,
                )
        except ConditionFailed:
            sent = await thread.sent(message_id)
            return await self._replay(conversation_id, sent, text, request)
        turn = turn_data(conversation_id, title, reply)
        return self._running_turns.start(thread, reply, prepared, turn)

    async def regenerate(
        self, conversation_id: str, reply_id: str, request: ReplyRequest
    ) -> Events:
        """Writes another reply to the same message, beside the existing one."""
        thread, conversation, sibling = await self._find(conversation_id, reply_id, request)
        model = request.model or self._prompts.model(sibling.model or conversation.model)
        branch = await self._prompts.branch(thread, sibling.parent_id, model, request)
        if not branch:
            raise NoSuchReply
        reply = new_reply(branch[-1], model, request.request_id)
        prepared = await self._preparation.reply(
            reply.run, conversation.system_prompt, model, _already_read(branch), request
        )
        reply = prepared.with_limits(reply)
        try:
            async with self._running_turns.refund_on_failure(prepared):
                await thread.begin_sibling(
                    reply, prepared.reservation, title=conversation.title, model=model.id
                )
        except ConditionFailed:
            raise NoSuchReply from None
        turn = turn_data(conversation_id, conversation.title, reply)
        return self._running_turns.start(thread, reply, prepared, turn, _failed_gateway(sibling))

    async def resume(self, conversation_id: str, reply_id: str, request: ReplyRequest) -> Events:
        """Continues an unfinished reply. Streams only the new text. Raises NotContinuable."""
        thread, conversation, ended = await self._find(conversation_id, reply_id, request)
        if ended.status not in CONTINUABLE:
            raise NotContinuable
        model = request.model or self._prompts.model(ended.model or conversation.model)
        branch = await self._prompts.branch(thread, ended.id, model, request)
        run = str(ULID())
        prepared = await self._preparation.reply(
            run, conversation.system_prompt, model, _already_read(branch), request
        )
        try:
            async with self._running_turns.refund_on_failure(prepared):
                reopened = replace(ended, run=run, request_id=request.request_id)
                reply = await thread.reopen(
                    ended, prepared.with_limits(reopened), prepared.reservation
                )
        except ConditionFailed:
            raise NotContinuable from None
        turn = turn_data(conversation_id, conversation.title, reply)
        return self._running_turns.start(thread, reply, prepared, turn, _failed_gateway(ended))

    async def _replay(
        self, conversation_id: str, sent: Send | None, text: str, request: ReplyRequest
    ) -> Events:
        # ConditionFailed with no SEND row means the conversation was deleted.
        if sent is None:
            raise NoSuchReply
        if sent.digest != digest(text):
            raise MessageReused
        return await self._replies.follow(request.user_id, conversation_id, sent.reply_id, after=0)

    async def _find(
        self, conversation_id: str, reply_id: str, request: ReplyRequest
    ) -> tuple[Thread, Conversation, Message]:
        found, _ = await asyncio.gather(
            self._replies.find(request.user_id, conversation_id, reply_id),
            self._running_turns.refresh(),
        )
        return found


def _already_read(branch: list[Message]) -> ReadBranch:
    async def read_branch() -> list[Message]:
        return branch

    return read_branch


def _failed_gateway(ended: Message) -> str:
    """The gateway that failed this reply, "" if none did."""
    return ended.gateway or "" if ended.outcome in _GATEWAY_FAILURES else ""
