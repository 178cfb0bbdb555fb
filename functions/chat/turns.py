"""Turns: a message from a user, and the replies to it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ulid import ULID

from chat.conversations import Conversation, Conversations, title_of
from chat.messages import CONTINUABLE, Message
from chat.prompt import fit, history_tokens
from chat.pump import Pump
from chat.rows import question_row, reply_row
from chat.tail import Tail
from chat.thread import Send, Thread, digest
from shared.completion import CompletionRequest
from shared.gateway import Gateway
from shared.models import Model
from shared.reply import Clocks
from shared.settings import Settings
from shared.table import ConditionFailed, Table

Events = AsyncGenerator[bytes, None]


class NoSuchReply(Exception):
    """The conversation or the reply is not there, for this user."""


class MessageReused(Exception):
    """The message's id was used for another text."""


class NotContinuable(Exception):
    """The reply is whole, or still being written."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a reply is to be made; None leaves it to the conversation and the settings."""

    clocks: Clocks
    model: Model | None = None
    max_tokens: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """The reply a message goes on from; None begins the conversation anew."""

    id: str | None


class Turns:
    """Every method raises TableUnavailable, and SettingsError when no gateway is set up.

    What returns events has saved everything it needs by then, and asks the gateway after it.
    """

    def __init__(
        self, settings: Settings, table: Table, gateway: Callable[[], Awaitable[Gateway]]
    ) -> None:
        self._settings = settings
        self._table = table
        self._gateway = gateway
        # asyncio itself keeps only weak references to tasks.
        self._pumps: set[asyncio.Task[None]] = set()

    async def send(
        self,
        user_id: str,
        conversation_id: str,
        message_id: str,
        text: str,
        options: Options,
        parent: Parent | None = None,
    ) -> Events:
        """Answers a message; the same one again gets the same reply, from its beginning.

        Without a `parent` it goes on from where the conversation is.
        Raises MessageReused, NoSuchReply for a parent that is not there, InvalidCompletion.
        """
        thread = Thread(self._table, user_id, conversation_id)
        sent, conversation = await asyncio.gather(
            thread.sent(message_id), self._conversations.get(user_id, conversation_id)
        )
        if sent:
            return await self._again(user_id, conversation_id, sent, text)
        if parent is None:
            parent = Parent(conversation.head if conversation else None)
        model = options.model or self._model(conversation.model if conversation else "")
        branch = await self._branch(thread, parent.id, model, options)
        if parent.id and not branch:
            raise NoSuchReply
        question = question_row(message_id, text, parent.id)
        reply = reply_row(question, model)
        request = self._request(conversation, model, [*branch, question], options)
        title = conversation.title if conversation else title_of(text)
        gateway = await self._gateway()
        try:
            await thread.begin(question, reply, title=title, model=model.id)
        except ConditionFailed:
            sent = await thread.sent(message_id)
            return await self._again(user_id, conversation_id, sent, text)
        pump = Pump(thread, reply, request, gateway, options.clocks)
        return self._start(pump, _turn(conversation_id, title, reply))

    async def regenerate(
        self, user_id: str, conversation_id: str, reply_id: str, options: Options
    ) -> Events:
        """Another reply to the same message, beside the one there is.

        Raises NoSuchReply, InvalidCompletion.
        """
        thread, conversation, seen = await self._find(user_id, conversation_id, reply_id)
        model = options.model or self._model(seen.model or conversation.model)
        branch = await self._branch(thread, seen.id, model, options)
        if len(branch) < 2:
            raise NoSuchReply
        question = branch[-2]
        reply = reply_row(question, model)
        request = self._request(conversation, model, branch[:-1], options)
        gateway = await self._gateway()
        try:
            await thread.begin_sibling(reply, title=conversation.title, model=model.id)
        except ConditionFailed:
            raise NoSuchReply from None
        pump = Pump(thread, reply, request, gateway, options.clocks)
        return self._start(pump, _turn(conversation_id, conversation.title, reply))

    async def resume(
        self, user_id: str, conversation_id: str, reply_id: str, options: Options
    ) -> Events:
        """Lets a reply that broke off go on; only the new text is streamed.

        Raises NoSuchReply, NotContinuable, InvalidCompletion.
        """
        thread, conversation, seen = await self._find(user_id, conversation_id, reply_id)
        if seen.status not in CONTINUABLE:
            raise NotContinuable
        model = options.model or self._model(seen.model or conversation.model)
        branch = await self._branch(thread, seen.id, model, options)
        request = self._request(conversation, model, branch, options)
        gateway = await self._gateway()
        try:
            reply = await thread.reopen(seen, run=str(ULID()))
        except ConditionFailed:
            raise NotContinuable from None
        pump = Pump(thread, reply, request, gateway, options.clocks)
        return self._start(pump, _turn(conversation_id, conversation.title, reply))

    async def follow(self, user_id: str, conversation_id: str, reply_id: str, after: int) -> Events:
        """The events of a reply after its first `after` characters. Raises NoSuchReply."""
        thread, conversation, reply = await self._find(user_id, conversation_id, reply_id)
        turn = _turn(conversation_id, conversation.title, reply)
        return Tail(thread, reply, turn, after).events(self._settings.heartbeat_s)

    async def stop(self, user_id: str, conversation_id: str, reply_id: str) -> None:
        """Asks the pump, wherever it runs, to stop; it sees that within a second or two.

        A reply that is over stays as it is. Raises NoSuchReply.
        """
        thread, _, _ = await self._find(user_id, conversation_id, reply_id)
        try:
            await thread.request_stop(reply_id)
        except ConditionFailed:
            return

    async def drain(self) -> None:
        """Waits until every reply under way is saved."""
        if self._pumps:
            await asyncio.wait(self._pumps)

    @property
    def _conversations(self) -> Conversations:
        return Conversations(self._table)

    def _model(self, model_id: str) -> Model:
        return self._settings.model(model_id) or self._settings.default

    async def _find(
        self, user_id: str, conversation_id: str, reply_id: str
    ) -> tuple[Thread, Conversation, Message]:
        thread = Thread(self._table, user_id, conversation_id)
        conversation, reply = await asyncio.gather(
            self._conversations.get(user_id, conversation_id), thread.reply(reply_id)
        )
        if conversation is None or reply is None or reply.role != "assistant":
            raise NoSuchReply
        return thread, conversation, reply

    async def _again(
        self, user_id: str, conversation_id: str, sent: Send | None, text: str
    ) -> Events:
        # Refused without having been sent before: the conversation was deleted.
        if sent is None:
            raise NoSuchReply
        if sent.digest != digest(text):
            raise MessageReused
        return await self.follow(user_id, conversation_id, sent.reply_id, after=0)

    async def _branch(
        self, thread: Thread, head: str | None, model: Model, options: Options
    ) -> list[Message]:
        return await thread.branch(head, history_tokens(model, self._max_tokens(options)))

    def _max_tokens(self, options: Options) -> int:
        return min(options.max_tokens or self._settings.max_tokens, self._settings.max_tokens)

    def _request(
        self,
        conversation: Conversation | None,
        model: Model,
        messages: Sequence[Message],
        options: Options,
    ) -> CompletionRequest:
        own = conversation.system_prompt if conversation else None
        return fit(
            model,
            self._settings.system_prompt if own is None else own,
            [{"role": message.role, "content": message.content} for message in messages],
            max_tokens=self._max_tokens(options),
            temperature=options.temperature,
        )

    def _start(self, pump: Pump, turn: dict[str, Any]) -> Events:
        pump.begin(turn)
        task = asyncio.create_task(pump.run())
        self._pumps.add(task)
        task.add_done_callback(self._pumps.discard)
        return pump.live.read(self._settings.heartbeat_s)


def _turn(conversation_id: str, title: str, reply: Message) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "message_id": reply.parent_id,
        "reply_id": reply.id,
        "title": title,
    }
