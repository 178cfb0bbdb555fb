"""What a reply needs before its gateway is asked: a free stream, a place in the minute, tokens.

In this order, so that what is refused costs least. All of it is given back if the reply is not
begun, and settled once when it has ended.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from chat.limits.budget import Budget, Reservation, Standing
from chat.limits.rate import Rate
from chat.limits.refused import LimitReached
from chat.limits.streams import Leases, Slot
from chat.limits.visitor import Visitor
from chat.turn.telemetry import count_refusal
from shared.gateway.chunks import Usage
from shared.gateway.completion import CompletionRequest
from shared.gateway.tokens import estimate_prompt_tokens, estimate_tokens
from shared.log import logger
from shared.settings import Settings
from shared.table.table import Table, TableUnavailable

# A home or an office shares one address, so it may ask more often than one person.
PEOPLE_PER_NETWORK = 4

# Lambda's longest run: where the platform sets no deadline, leases still end.
LONGEST_RUN_S = 900.0


Ask = Callable[[], Awaitable[CompletionRequest]]


@dataclass(frozen=True, slots=True)
class Admission:
    """`request` asks for as many tokens as were granted, of those that fit."""

    request: CompletionRequest
    fitting_tokens: int
    user_id: str
    slot: Slot
    reservation: Reservation

    def estimate(self, text: str) -> Usage:
        """What a reply of this text used, when the gateway does not say."""
        prompt = estimate_prompt_tokens(self.request.messages)
        completion = estimate_tokens(text)
        return Usage(prompt, completion, prompt + completion, estimated=True)


class Admissions:
    """Every method raises TableUnavailable: where nothing can be counted nothing is sent."""

    def __init__(self, table: Table, settings: Settings) -> None:
        self._settings = settings
        self._leases = Leases(table, settings.concurrent_streams)
        self._rate = Rate(table)
        self._budget = Budget(
            table, settings.token_budget_per_day, settings.global_token_budget_per_day
        )
        # asyncio itself keeps only weak references to tasks.
        self._settling: set[asyncio.Task[None]] = set()

    async def admit(
        self,
        visitor: Visitor,
        reply_id: str,
        ask: Ask,
        remaining_s: float,
        owner: str = "",
    ) -> Admission:
        """`ask` makes the request, while the visitor is counted. `owner` is the message that is
        answered; the same one is not admitted twice at once.

        The reservation must be kept, by `keep` or with other rows, before the gateway is asked.
        Raises LimitReached and HeldByTwin.
        """
        seconds = min(remaining_s, LONGEST_RUN_S)
        try:
            slot = await self._leases.take(visitor.user_id, owner or reply_id, seconds)
            try:
                _, request = await asyncio.gather(self._count(visitor), ask())
                reservation = await self._budget.reserve(
                    visitor.user_id,
                    reply_id,
                    estimate_prompt_tokens(request.messages),
                    request.max_tokens,
                    seconds,
                )
            except BaseException:
                await self._leases.free(slot)
                raise
        except LimitReached as refusal:
            count_refusal(refusal.limit)
            raise
        granted = replace(request, max_tokens=reservation.max_tokens)
        return Admission(granted, request.max_tokens, visitor.user_id, slot, reservation)

    async def keep(self, admission: Admission) -> None:
        try:
            await self._budget.keep(admission.reservation)
        except BaseException:
            await self.withdraw(admission)
            raise

    async def withdraw(self, admission: Admission) -> None:
        """The reply was not begun: it costs nothing."""
        await asyncio.gather(
            self._leases.free(admission.slot), self._budget.release(admission.reservation)
        )

    async def settle(self, admission: Admission, usage: Usage, *, unasked: bool) -> Standing:
        """The reply has ended. `unasked`: no token came, because the gateway gave none."""
        charge = 0 if unasked else self._charge(admission, usage)
        _, standing = await asyncio.gather(
            self._leases.free(admission.slot),
            self._budget.settle(admission.user_id, admission.reservation, charge),
        )
        return standing

    def settle_later(self, admission: Admission, usage: Usage, *, unasked: bool) -> None:
        """As `settle`, for a caller that may be cancelled at any time."""
        task = asyncio.create_task(self._settle_quietly(admission, usage, unasked))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def standing(self, user_id: str) -> Standing:
        return await self._budget.standing(user_id)

    async def count_session(self, network: str) -> None:
        """Raises LimitReached: sessions cost nothing, so they are counted by network."""
        await self._rate.count(f"{network}#SESSIONS", self._settings.requests_per_minute)

    async def count_warmup(self, user_id: str, limit: int) -> None:
        """Raises LimitReached."""
        await self._rate.count(f"{user_id}#WARMUPS", limit, "warmups_per_minute")

    async def drain(self) -> None:
        if self._settling:
            await asyncio.wait(self._settling)

    async def _count(self, visitor: Visitor) -> None:
        limit = self._settings.requests_per_minute
        await asyncio.gather(
            self._rate.count(visitor.user_id, limit),
            self._rate.count(visitor.network, limit * PEOPLE_PER_NETWORK),
        )

    def _charge(self, admission: Admission, usage: Usage) -> int:
        """A gateway bills the tokens that were requested, used or not; other servers count."""
        if self._settings.billing == "requested":
            return usage.prompt + admission.reservation.max_tokens
        return usage.total

    async def _settle_quietly(self, admission: Admission, usage: Usage, unasked: bool) -> None:
        try:
            await self.settle(admission, usage, unasked=unasked)
        except TableUnavailable:
            # What is left is settled by the user's next reply.
            logger.warning("reservation not settled")
