"""One turn: a message from a user, and the reply to it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ulid import ULID

from chat.clock import timestamp
from chat.conversations import Conversation, Conversations, title_of
from chat.events import named_event
from chat.messages import LEASE_S, Message
from chat.prompt import fit, history_tokens
from chat.pump import Pump
from chat.thread import Thread
from shared.completion import CompletionRequest, PromptMessage
from shared.gateway import Gateway
from shared.models import Model
from shared.reply import Clocks
from shared.settings import Settings
from shared.table import Table
from shared.tokens import estimate_prompt_tokens


@dataclass(frozen=True, slots=True)
class TurnRequest:
    user_id: str
    conversation_id: str
    message_id: str
    text: str
    model: Model | None
    parent_id: str | None
    max_tokens: int | None
    temperature: float | None
    clocks: Clocks


class Turns:
    def __init__(
        self, settings: Settings, table: Table, gateway: Callable[[], Awaitable[Gateway]]
    ) -> None:
        self._settings = settings
        self._table = table
        self._gateway = gateway
        # asyncio itself keeps only weak references to tasks.
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self, turn: TurnRequest) -> AsyncGenerator[bytes, None]:
        """Saves the message, starts the reply, and returns the turn's events.

        Raises ConditionFailed for a message that was sent before, InvalidCompletion,
        SettingsError, TableUnavailable; then nothing was sent to the gateway.
        """
        thread = Thread(self._table, turn.user_id, turn.conversation_id)
        gateway = await self._gateway()
        conversation = await Conversations(self._table).get(turn.user_id, turn.conversation_id)
        model = turn.model or self._model_of(conversation)
        request = await self._completion(turn, thread, conversation, model)
        title = conversation.title if conversation else title_of(turn.text)
        question, reply = _rows(turn, model, conversation)
        await thread.begin(question, reply, title=title, model=model.id)

        pump = Pump(
            thread,
            reply,
            lambda: gateway.stream(request, turn.clocks),
            prompt_tokens=estimate_prompt_tokens(request.messages),
            gateway=urlsplit(gateway.url).hostname or "",
        )
        pump.live.publish(
            named_event(
                "turn",
                {
                    "conversation_id": turn.conversation_id,
                    "message_id": question.id,
                    "reply_id": reply.id,
                    "title": title,
                },
            )
        )
        task = asyncio.create_task(pump.run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return pump.live.read(self._settings.heartbeat_s)

    async def drain(self) -> None:
        """Waits until every reply under way is saved."""
        if self._running:
            await asyncio.wait(self._running)

    def _model_of(self, conversation: Conversation | None) -> Model:
        settings = self._settings
        known = conversation and settings.model(conversation.model)
        return known or settings.default

    async def _completion(
        self, turn: TurnRequest, thread: Thread, conversation: Conversation | None, model: Model
    ) -> CompletionRequest:
        most = self._settings.max_tokens
        max_tokens = min(turn.max_tokens or most, most)
        head = turn.parent_id or (conversation.head if conversation else None)
        branch = await thread.branch(head, history_tokens(model, max_tokens))
        history: list[PromptMessage] = [{"role": m.role, "content": m.content} for m in branch]
        return fit(
            model,
            (conversation and conversation.system_prompt) or self._settings.system_prompt,
            [*history, {"role": "user", "content": turn.text}],
            max_tokens=max_tokens,
            temperature=turn.temperature,
        )


def _rows(
    turn: TurnRequest, model: Model, conversation: Conversation | None
) -> tuple[Message, Message]:
    """The user's message and the empty reply to it, one millisecond apart to keep their order."""
    asked = ULID()
    answered = ULID.from_timestamp(asked.milliseconds / 1000 + 0.001)
    now = timestamp()
    question = Message(
        id=turn.message_id,
        key=str(asked),
        role="user",
        content=turn.text,
        parent_id=turn.parent_id or (conversation.head if conversation else None),
        status="complete",
        created_at=now,
    )
    reply = Message(
        id=str(answered),
        key=str(answered),
        role="assistant",
        content="",
        parent_id=question.id,
        status="streaming",
        created_at=now,
        model=model.id,
        lease_until=asked.timestamp + LEASE_S,
    )
    return question, reply
