"""Admits a reply before its gateway is called: a free stream, the rate limits, then tokens.

They are checked in this order so that a refused request costs least. The stream and the
tokens are returned if the reply does not start, and settled once when it ends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from chat.limits.budget import Budget, BudgetUsage
from chat.limits.rate import Rate
from chat.limits.refused import LimitReached, count_refusal
from chat.limits.reservation import Reservation
from chat.limits.streams import Slot, StreamLeases
from chat.limits.visitor import Visitor
from shared.gateway.chunks import Usage
from shared.gateway.completion import CompletionRequest
from shared.gateway.tokens import estimate_prompt_tokens, estimate_tokens
from shared.log import logger
from shared.settings import Settings
from shared.table.table import Table, TableUnavailable

# A home or an office shares one address, so a network gets the limits of this many users.
USERS_PER_NETWORK = 4

# Lambda's longest timeout. Leases must end even where the platform sets no deadline.
LONGEST_RUN_S = 900.0


BuildCompletion = Callable[[], Awaitable[CompletionRequest]]


@dataclass(frozen=True, slots=True)
class Admission:
    """`completion` requests the granted tokens; the window had room for `fitting_tokens`."""

    completion: CompletionRequest
    fitting_tokens: int
    user_id: str
    slot: Slot
    reservation: Reservation

    def estimate(self, text: str) -> Usage:
        """The usage of a reply with this text, for a gateway that reports none."""
        prompt = estimate_prompt_tokens(self.completion.messages)
        completion = estimate_tokens(text)
        return Usage(prompt, completion, prompt + completion, estimated=True)


class Admissions:
    """Every method raises TableUnavailable: without the table nothing can be counted."""

    def __init__(self, table: Table, settings: Settings) -> None:
        self._settings = settings
        self._leases = StreamLeases(table, settings.concurrent_streams)
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
        build: BuildCompletion,
        remaining_s: float,
        owner: str = "",
    ) -> Admission:
        """Calls `build` while it counts the visitor's requests.

        `owner` is the id of the message to answer; two admissions of one owner cannot run at once.
        Save the reservation, with `save` or together with other rows, before calling the gateway.
        Raises LimitReached and DuplicateInProgress.
        """
        seconds = min(remaining_s, LONGEST_RUN_S)
        try:
            slot = await self._leases.acquire(visitor.user_id, owner or reply_id, seconds)
            try:
                _, completion = await asyncio.gather(self._count(visitor), build())
                reservation = await self._budget.reserve(
                    visitor.user_id,
                    reply_id,
                    estimate_prompt_tokens(completion.messages),
                    completion.max_tokens,
                    seconds,
                )
            except BaseException:
                await self._leases.release(slot)
                raise
        except LimitReached as refusal:
            count_refusal(refusal.limit)
            raise
        granted = replace(completion, max_tokens=reservation.max_tokens)
        return Admission(granted, completion.max_tokens, visitor.user_id, slot, reservation)

    async def save(self, admission: Admission) -> None:
        try:
            await self._budget.save(admission.reservation)
        except BaseException:
            await self.cancel(admission)
            raise

    async def cancel(self, admission: Admission) -> None:
        """The reply did not start, so it costs nothing."""
        await asyncio.gather(
            self._leases.release(admission.slot), self._budget.release(admission.reservation)
        )

    async def settle(self, admission: Admission, usage: Usage, *, unbilled: bool) -> BudgetUsage:
        """Charges a reply that has ended. `unbilled`: the gateway delivered nothing."""
        charge = 0 if unbilled else self._charge(admission, usage)
        _, budget_usage = await asyncio.gather(
            self._leases.release(admission.slot),
            self._budget.settle(admission.user_id, admission.reservation, charge),
        )
        return budget_usage

    def settle_later(self, admission: Admission, usage: Usage, *, unbilled: bool) -> None:
        """As `settle`, for a caller that may be cancelled at any time."""
        task = asyncio.create_task(self._settle_quietly(admission, usage, unbilled))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def budget_usage(self, user_id: str) -> BudgetUsage:
        return await self._budget.usage(user_id)

    async def count_session(self, network: str) -> None:
        """Sessions are free, so they are counted by network. Raises LimitReached."""
        await self._rate.count(f"{network}#SESSIONS", self._settings.requests_per_minute)

    async def count_warmup(self, user_id: str, limit: int) -> None:
        """Raises LimitReached."""
        await self._rate.count(f"{user_id}#WARMUPS", limit, "warmups_per_minute")

    async def drain(self) -> None:
        """Waits for `settle_later`."""
        if self._settling:
            await asyncio.wait(self._settling)

    async def _count(self, visitor: Visitor) -> None:
        limit = self._settings.requests_per_minute
        await asyncio.gather(
            self._rate.count(visitor.user_id, limit),
            self._rate.count(visitor.network, limit * USERS_PER_NETWORK),
        )

    def _charge(self, admission: Admission, usage: Usage) -> int:
        """Livepeer's gateways bill the tokens requested, other servers the tokens used."""
        if self._settings.billing == "requested":
            return usage.prompt + admission.reservation.max_tokens
        return usage.total

    async def _settle_quietly(self, admission: Admission, usage: Usage, unbilled: bool) -> None:
        try:
            await self.settle(admission, usage, unbilled=unbilled)
        except TableUnavailable:
            # The user's next reply settles this reservation.
            logger.warning("reservation not settled")
