"""The pumps under way in this environment: made ready, begun, and waited for at the end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.generation.generations import Generations
from chat.limits.admission import Admission, Admissions, Ask
from chat.turn.options import Options
from chat.turn.pump import Pump
from chat.turn.replies import Events
from shared.gateway.client import Gateway
from shared.table.attributes import Item
from shared.warmth.warmth import WarmthMap


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply that may be saved now: what could fail before has not."""

    options: Options
    gateways: Sequence[Gateway]
    warmths: WarmthMap
    admission: Admission
    wanted_tokens: int

    @property
    def reservation(self) -> Item:
        """The row of what was reserved for it, to be saved with the reply."""
        return self.admission.reservation.row()

    def granted(self, reply: Message) -> Message:
        """The reply with the limit it got."""
        max_tokens, fitting = self.admission.request.max_tokens, self.admission.fitting_tokens
        shortened_by = "window" if fitting < self.wanted_tokens else None
        if max_tokens < fitting:
            shortened_by = "budget"
        return replace(reply, max_tokens=max_tokens, shortened_by=shortened_by)


class Pumps:
    def __init__(
        self, generations: Generations, admissions: Admissions, heartbeat_s: float
    ) -> None:
        self._generations = generations
        self._admissions = admissions
        self._heartbeat_s = heartbeat_s
        # asyncio itself keeps only weak references to tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    async def refresh(self) -> None:
        """Reads what `prepare` wants to know, while there is other reading to do.

        Raises TableUnavailable.
        """
        await self._generations.refresh()

    async def prepare(
        self,
        run: str,
        ask: Ask,
        wanted_tokens: int,
        options: Options,
        owner: str = "",
    ) -> Ready:
        """Begin it within `beginning`, or what was reserved stays so until its lease ends.

        Raises LimitReached, HeldByTwin, SettingsError and TableUnavailable, and what `ask` does.
        """
        gateways, warmths = await self._generations.prepare()
        admission = await self._admissions.admit(
            options.visitor, run, ask, options.remaining_s, owner
        )
        return Ready(options, gateways, warmths, admission, wanted_tokens)

    @asynccontextmanager
    async def beginning(self, ready: Ready) -> AsyncIterator[None]:
        """Saves a reply within it: if that fails, it costs nothing."""
        try:
            yield
        except BaseException:
            await self._admissions.withdraw(ready.admission)
            raise

    def start(
        self, thread: Thread, reply: Message, ready: Ready, turn: dict[str, Any], avoid: str = ""
    ) -> Events:
        """The events of a reply that was saved. `avoid`: the gateway that failed it before."""
        request = ready.admission.request
        generation = self._generations.make(
            ready.gateways, request, ready.options.remaining_s, avoid
        )
        waiting = self._generations.waiting(ready.warmths)
        pump = Pump(thread, reply, generation, waiting, ready.admission, self._admissions)
        pump.begin(turn)
        task = asyncio.create_task(pump.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pump.live.read(self._heartbeat_s)

    async def drain(self) -> None:
        """Waits until every reply under way is saved."""
        if self._tasks:
            await asyncio.wait(self._tasks)
