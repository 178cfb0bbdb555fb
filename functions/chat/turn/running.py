"""The turns that run in this environment: prepared, started, and drained at shutdown."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.generation.plan import GenerationFactory
from chat.limits.admission import Admission, Admissions, BuildCompletion
from chat.turn.follow import Events
from chat.turn.pump import Pump
from chat.turn.reply_request import ReplyRequest
from chat.turn.status import WaitingStatus
from shared.gateway.client import Gateway
from shared.table.attributes import Item
from shared.warmth.warmth import WarmthMap


@dataclass(frozen=True, slots=True)
class PreparedReply:
    """A reply that passed every check and can now be saved and started."""

    request: ReplyRequest
    gateways: Sequence[Gateway]
    warmths: WarmthMap
    admission: Admission
    wanted_tokens: int

    @property
    def reservation(self) -> Item:
        """The reservation's row, saved in the same transaction as the reply."""
        return self.admission.reservation.row()

    def with_limits(self, reply: Message) -> Message:
        """The reply with the token limit it was granted."""
        max_tokens, fitting = self.admission.completion.max_tokens, self.admission.fitting_tokens
        shortened_by = "window" if fitting < self.wanted_tokens else None
        if max_tokens < fitting:
            shortened_by = "budget"
        return replace(reply, max_tokens=max_tokens, shortened_by=shortened_by)


class RunningTurns:
    def __init__(
        self, generation_factory: GenerationFactory, admissions: Admissions, heartbeat_s: float
    ) -> None:
        self._generation_factory = generation_factory
        self._admissions = admissions
        self._heartbeat_s = heartbeat_s
        # asyncio itself keeps only weak references to tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    async def refresh(self) -> None:
        """Reads the warmth rows ahead of `prepare`, in parallel with the caller's own reads.

        Raises TableUnavailable.
        """
        await self._generation_factory.refresh()

    async def prepare(
        self,
        run: str,
        build: BuildCompletion,
        wanted_tokens: int,
        request: ReplyRequest,
        owner: str = "",
    ) -> PreparedReply:
        """Admits a reply. Save it within `refund_on_failure`, or its reservation stays charged.

        Raises LimitReached, DuplicateInProgress, SettingsError, TableUnavailable, and what `build`
        raises.
        """
        gateways, warmths = await self._generation_factory.prepare()
        admission = await self._admissions.admit(
            request.visitor, run, build, request.remaining_s, owner
        )
        return PreparedReply(request, gateways, warmths, admission, wanted_tokens)

    @asynccontextmanager
    async def refund_on_failure(self, prepared: PreparedReply) -> AsyncIterator[None]:
        """Returns the reservation if saving the reply fails."""
        try:
            yield
        except BaseException:
            await self._admissions.cancel(prepared.admission)
            raise

    def start(
        self,
        thread: Thread,
        reply: Message,
        prepared: PreparedReply,
        turn: dict[str, Any],
        avoid: str = "",
    ) -> Events:
        """Starts a saved reply and returns its events.

        `avoid` names the gateway that failed this reply before.
        """
        generation = self._generation_factory.create(
            prepared.gateways, prepared.admission.completion, prepared.request.remaining_s, avoid
        )
        status = WaitingStatus(
            prepared.warmths,
            self._generation_factory.model_ids,
            self._generation_factory.gateway_names,
        )
        pump = Pump(thread, reply, generation, status, prepared.admission, self._admissions)
        pump.begin(turn)
        task = asyncio.create_task(pump.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pump.live.read(self._heartbeat_s)

    async def drain(self) -> None:
        """Waits until every running reply is saved."""
        if self._tasks:
            await asyncio.wait(self._tasks)
