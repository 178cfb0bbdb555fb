"""Racing requests are never granted more than the daily budget."""

from ulid import ULID

from chat.limits.budget import Budget
from chat.limits.refused import LimitReached
from chat.limits.reservation import Reservation, add_input, total_key
from shared.day import today
from shared.table.table import Table
from tests.limits.ledger import spent, spent_by_all, used
from tests.limits.racing import RACERS, TRIALS, race
from tests.table.local_table import TestTable

# The shortest reply: it is granted in full or not at all.
PROMPT, REPLY = 84, 16
COST = PROMPT + REPLY
LIMIT = 10 * COST + COST // 2


async def reserved(budget: Budget, user_id: str) -> int:
    """The granted tokens, or 0 if refused."""
    try:
        return (await budget.reserve(user_id, str(ULID()), PROMPT, REPLY, 60)).tokens
    except LimitReached:
        return 0


def test_user_is_granted_the_tokens_of_a_day_and_no_more(table: TestTable) -> None:
    async def reserve(table: Table, trial: int, racer: int) -> int:
        return await reserved(Budget(table, LIMIT, 0), f"user-{trial}")

    for trial, granted in enumerate(race(table, reserve)):
        assert sorted(granted, reverse=True) == [COST] * 10 + [0] * (RACERS - 10)
        assert spent(table, f"user-{trial}") == 10 * COST <= LIMIT


def test_race_exceeds_the_limit_if_the_total_is_read_before_it_is_added_to(
    table: TestTable,
) -> None:
    """The race detects a budget that is not one conditional update."""

    async def reserve(table: Table, trial: int, racer: int) -> int:
        key = total_key(f"user-{trial}", today())
        row = await table.get(key)
        if (row["used"] if row else 0) + COST > LIMIT:
            return 0
        await table.update(key, **add_input(COST))
        return COST

    trials = [sum(granted) for granted in race(table, reserve)]
    assert max(trials) > LIMIT


def test_remainder_is_granted_as_a_shorter_reply_and_never_twice(table: TestTable) -> None:
    limit = 2000

    async def reserve(table: Table, trial: int, racer: int) -> int:
        budget = Budget(table, limit, 0)
        try:
            return (await budget.reserve(f"user-{trial}", str(ULID()), 100, 400, 60)).tokens
        except LimitReached:
            return 0

    for trial, granted in enumerate(race(table, reserve)):
        assert sum(granted) == spent(table, f"user-{trial}") <= limit
        assert granted.count(500) >= 3


def test_all_users_together_are_granted_the_tokens_of_a_day(table: TestTable) -> None:
    before = 0

    # Each trial raises the limit, because all trials share one day.
    async def reserve(table: Table, trial: int, racer: int) -> int:
        budget = Budget(table, 0, (trial + 1) * LIMIT)
        return await reserved(budget, f"user-{racer}")

    for granted in race(table, reserve):
        before += sum(granted)
    assert before == spent_by_all(table)
    assert before == 10 * LIMIT // COST * COST


def test_sharded_total_is_granted_to_its_limit(table: TestTable) -> None:
    limit, prompt = 400_000, 29_984

    async def reserve(table: Table, trial: int, racer: int) -> int:
        if trial:
            return 0
        budget = Budget(table, 0, limit)
        try:
            return (await budget.reserve(f"user-{racer}", str(ULID()), prompt, REPLY, 60)).tokens
        except LimitReached:
            return 0

    granted = next(race(table, reserve))
    assert sum(granted) == spent_by_all(table, shards=2) == 12 * (prompt + REPLY) <= limit


def test_user_refused_by_the_global_total_is_charged_nothing(table: TestTable) -> None:
    async def reserve(table: Table, trial: int, racer: int) -> tuple[str, int]:
        user = f"user-{trial}-{racer}"
        return user, await reserved(Budget(table, 10 * COST, COST * (trial + 1)), user)

    for trial in race(table, reserve):
        for user, granted in trial[:8]:
            assert used(table, total_key(user, today())) == granted


def test_reservation_is_settled_once(table: TestTable) -> None:
    reservations: dict[int, Reservation] = {}

    async def settle(table: Table, trial: int, racer: int) -> None:
        budget = Budget(table, 0, 0)
        if trial % 2:
            await budget.settle(f"user-{trial - 1}", reservations[trial - 1], 7)
        elif racer == 0:
            reservations[trial] = await budget.reserve(f"user-{trial}", "reply", PROMPT, REPLY, 60)
            await budget.save(reservations[trial])

    list(race(table, settle))
    assert [spent(table, f"user-{trial}") for trial in reservations] == [7] * (TRIALS // 2)
