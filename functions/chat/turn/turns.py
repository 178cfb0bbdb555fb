"""Turns: a message from a user, and the replies to it."""

import asyncio
from dataclasses import dataclass, replace

from ulid import ULID

from chat.conversation.conversation import Conversation, Conversations, title_of
from chat.conversation.message import CONTINUABLE, Message
from chat.conversation.rows import question_row, reply_row
from chat.conversation.thread import Send, Thread, digest
from chat.limits.refused import LimitReached
from chat.limits.streams import HeldByTwin
from chat.turn.asking import Asking, Branch, known
from chat.turn.options import Options
from chat.turn.replies import Events, NoSuchReply, Replies, turn_data
from chat.turn.running import Pumps, Ready
from shared.models import Model
from shared.settings import Settings
from shared.table.table import ConditionFailed, Table, TableUnavailable

# How often, and how many times, to look for what the same message's other request has saved.
TWIN_PAUSE_S = 0.1
TWIN_LOOKS = 100

# A reply that ended like this was failed by its gateway.
_FAILED = ("error", "truncated", "interrupted")


class MessageReused(Exception):
    """The message's id was used for another text."""


class NotContinuable(Exception):
    """The reply is whole, or still being written."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The reply a message goes on from; None begins the conversation anew."""

    id: str | None


class Turns:
    """Every method raises NoSuchReply, InvalidCompletion, LimitReached, SettingsError when no
    gateway is set up, and TableUnavailable.

    What returns events has saved everything it needs by then, and asks the gateway after it.
    """

    def __init__(self, settings: Settings, table: Table, pumps: Pumps, replies: Replies) -> None:
        self._asking = Asking(settings)
        self._table = table
        self._pumps = pumps
        self._replies = replies

    async def send(
        self,
        conversation_id: str,
        message_id: str,
        text: str,
        options: Options,
        parent: Parent | None = None,
        system_prompt: str | None = None,
    ) -> Events:
        """Answers a message; the same one again gets the same reply, from its beginning.

        Without a `parent` it goes on from where the conversation is. `system_prompt` is kept by
        one that begins here. Raises MessageReused.
        """
        thread = Thread(self._table, options.user_id, conversation_id)
        sent, conversation, _ = await asyncio.gather(
            thread.sent(message_id),
            Conversations(self._table).get(options.user_id, conversation_id),
            self._pumps.refresh(),
        )
        if sent:
            return await self._again(conversation_id, sent, text, options)
        if parent is None:
            parent = Parent(conversation.head if conversation else None)
        model = options.model or self._asking.model(conversation.model if conversation else "")
        question = question_row(message_id, text, parent.id)
        reply = reply_row(question, model, options.request_id)
        own = conversation.system_prompt if conversation else system_prompt
        ready = await self._unless_sent(thread, question, reply, own, model, options)
        title = conversation.title if conversation else title_of(text)
        try:
            if ready is None:
                raise ConditionFailed("A twin was faster.")
            reply = ready.granted(reply)
            async with self._pumps.beginning(ready):
                await thread.begin(
                    question,
                    reply,
                    ready.reservation,
                    title=title,
                    model=model.id,
                    # Written once: it may be changed while this turn is made ready.
                    system_prompt=None if conversation else system_prompt,
                )
        except ConditionFailed:
            sent = await thread.sent(message_id)
            return await self._again(conversation_id, sent, text, options)
        return self._pumps.start(thread, reply, ready, turn_data(conversation_id, title, reply))

    async def regenerate(self, conversation_id: str, reply_id: str, options: Options) -> Events:
        """Another reply to the same message, beside the one there is."""
        thread, conversation, seen = await self._find(conversation_id, reply_id, options)
        model = options.model or self._asking.model(seen.model or conversation.model)
        branch = await self._asking.branch(thread, seen.parent_id, model, options)
        if not branch:
            raise NoSuchReply
        reply = reply_row(branch[-1], model, options.request_id)
        own = conversation.system_prompt
        ready = await self._ready(reply.run, own, model, known(branch), options)
        reply = ready.granted(reply)
        try:
            async with self._pumps.beginning(ready):
                await thread.begin_sibling(
                    reply, ready.reservation, title=conversation.title, model=model.id
                )
        except ConditionFailed:
            raise NoSuchReply from None
        turn = turn_data(conversation_id, conversation.title, reply)
        return self._pumps.start(thread, reply, ready, turn, _failed_at(seen))

    async def resume(self, conversation_id: str, reply_id: str, options: Options) -> Events:
        """Lets a reply that broke off go on; only the new text is streamed.

        Raises NotContinuable.
        """
        thread, conversation, seen = await self._find(conversation_id, reply_id, options)
        if seen.status not in CONTINUABLE:
            raise NotContinuable
        model = options.model or self._asking.model(seen.model or conversation.model)
        branch = await self._asking.branch(thread, seen.id, model, options)
        run = str(ULID())
        own = conversation.system_prompt
        ready = await self._ready(run, own, model, known(branch), options)
        try:
            async with self._pumps.beginning(ready):
                reopened = ready.granted(replace(seen, run=run, request_id=options.request_id))
                reply = await thread.reopen(seen, reopened, ready.reservation)
        except ConditionFailed:
            raise NotContinuable from None
        turn = turn_data(conversation_id, conversation.title, reply)
        return self._pumps.start(thread, reply, ready, turn, _failed_at(seen))

    async def _again(
        self, conversation_id: str, sent: Send | None, text: str, options: Options
    ) -> Events:
        # Refused without having been sent before: the conversation was deleted.
        if sent is None:
            raise NoSuchReply
        if sent.digest != digest(text):
            raise MessageReused
        return await self._replies.follow(options.user_id, conversation_id, sent.reply_id, after=0)

    async def _unless_sent(
        self,
        thread: Thread,
        question: Message,
        reply: Message,
        system_prompt: str | None,
        model: Model,
        options: Options,
    ) -> Ready | None:
        """None once another request has saved the same message."""

        async def branch() -> list[Message]:
            found = await self._asking.branch(thread, question.parent_id, model, options)
            if question.parent_id and not found:
                raise NoSuchReply
            return [*found, question]

        message_id = question.id
        for _ in range(TWIN_LOOKS):
            try:
                return await self._ready(
                    reply.run, system_prompt, model, branch, options, owner=message_id
                )
            except HeldByTwin:
                await asyncio.sleep(TWIN_PAUSE_S)
            except LimitReached:
                # The twin may have had what was left.
                if await thread.sent(message_id):
                    return None
                raise
            if await thread.sent(message_id):
                return None
        raise TableUnavailable("The same message is being sent, and does not arrive.")

    async def _ready(
        self,
        run: str,
        system_prompt: str | None,
        model: Model,
        branch: Branch,
        options: Options,
        owner: str = "",
    ) -> Ready:
        ask = self._asking.request(model, system_prompt, branch, options)
        wanted = self._asking.max_tokens(options)
        return await self._pumps.prepare(run, ask, wanted, options, owner)

    async def _find(
        self, conversation_id: str, reply_id: str, options: Options
    ) -> tuple[Thread, Conversation, Message]:
        found, _ = await asyncio.gather(
            self._replies.find(options.user_id, conversation_id, reply_id), self._pumps.refresh()
        )
        return found


def _failed_at(seen: Message) -> str:
    """The gateway that broke this reply off, "" if none did."""
    return seen.gateway or "" if seen.outcome in _FAILED else ""
