"""python -m benchmarks.costs: dollars per 1,000 chats and per month, as Markdown."""

import argparse
import asyncio
from collections.abc import Mapping

from benchmarks.costs import prices
from benchmarks.costs.limits import BUSIEST_HOUR, limits
from benchmarks.costs.use import ChatUse, WarmupUse, functions, measure
from benchmarks.metered import ROOT
from local.intrinsics import load
from shared.settings import Settings

VOLUMES = (10, 10_000, 1_000_000)
DAYS = 30
# A turn, and the request that opens the page, once for every five chats.
REQUESTS_PER_CHAT = 1.2
OTHER_REQUEST_S = 0.05
OUTCOMES_SEEN = 4
CHAT_METRICS, REFUSAL_METRICS, WARMUP_METRICS = 6, 2, 3
MODELS = 4


def per_chat(use: ChatUse, memory_gb: float) -> dict[str, float]:
    """In dollars."""
    seconds = use.seconds + (REQUESTS_PER_CHAT - 1) * OTHER_REQUEST_S
    return {
        "Lambda": seconds * memory_gb * prices.LAMBDA_GB_SECOND
        + REQUESTS_PER_CHAT * prices.LAMBDA_REQUEST,
        "DynamoDB": use.writes * prices.TABLE_WRITE_UNIT + use.reads * prices.TABLE_READ_UNIT,
        "logs": use.log_kb / 1e6 * prices.LOG_GB,
        "transfer": use.sent_kb / 1e6 * prices.TRANSFER_GB,
    }


def per_month(warmup: WarmupUse, memory_gb: float, chat_memory_gb: float) -> dict[str, float]:
    """In dollars, without any chat."""
    rounds = DAYS * 24 * 60 / 4
    return {
        # A round visits all models at once, waits for their tokens, and pings the chat function.
        "warm-ups": rounds
        * (
            (1.0 * memory_gb + 0.01 * chat_memory_gb) * prices.LAMBDA_GB_SECOND
            + 2 * prices.LAMBDA_REQUEST
            + warmup.writes * prices.TABLE_WRITE_UNIT
            + warmup.reads * prices.TABLE_READ_UNIT
        ),
        "warm-up metrics": WARMUP_METRICS * (1 + MODELS) * prices.METRIC_MONTH,
        "alarms": alarms_month(),
        "dashboard": prices.DASHBOARD_MONTH,
        "secrets": 2 * prices.SECRET_MONTH,
    }


def alarms_month() -> float:
    """Without optional alarms."""
    resources = load((ROOT / "template.yaml").read_text())["Resources"].values()
    return sum(
        prices.alarm_month(each["Properties"])
        for each in resources
        if each["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in each
    )


def metrics_month(chats: int) -> float:
    """A metric is billed for every hour in which it has a value."""
    sets = 1 + OUTCOMES_SEEN + MODELS
    hours = min(1.0, chats / 24)
    return (CHAT_METRICS * sets + REFUSAL_METRICS) * prices.METRIC_MONTH * hours


def table(rows: Mapping[str, float], total: str) -> None:
    for name, dollars in rows.items():
        print(f"| {name} | ${dollars:.2f} |")
    print(f"| **{total}** | **${sum(rows.values()):.2f}** |\n")


async def report(repeats: int) -> None:
    use, warmup = await measure(repeats)
    settings = Settings.from_env({"LIVEPEER_GATEWAY_URL": "http://gateway", "TABLE_NAME": "t"})
    memory_gb = {name: each.memory_mb / 1024 for name, each in functions().items()}
    chat = per_chat(use, memory_gb["ChatFunction"])
    idle = per_month(warmup, memory_gb["WarmupFunction"], memory_gb["ChatFunction"])
    print(
        f"One chat: {use.seconds:.1f} s, {use.writes:g} write units, {use.reads:g} read units,"
        f" {use.sent_kb:.0f} KB sent, {use.log_kb:.1f} KB logged. One round of warm-ups:"
        f" {warmup.visits} visits, {warmup.writes:g} write units, {warmup.reads:g} read units.\n"
    )
    print("| for 1,000 chats | |\n|---|--:|")
    table({name: dollars * 1000 for name, dollars in chat.items()}, "1,000 chats")
    print("| a month without a chat | |\n|---|--:|")
    table(idle, "idle")
    all_limits = limits(use, settings.global_token_budget_per_day)
    print(
        "| chats a day | at once in the busiest hour | a month | for 1,000"
        " | limits reached | next limit |"
    )
    print("|--:|--:|--:|--:|---|---|")
    for chats in VOLUMES:
        at_once = chats * BUSIEST_HOUR / 3600 * use.seconds
        stored = chats * DAYS * use.stored_kb / 1e6 * prices.TABLE_GB_MONTH
        fixed = sum(idle.values()) + metrics_month(chats)
        month = chats * DAYS * sum(chat.values()) + fixed + stored
        reached = "; ".join(limit.sentence() for limit in all_limits if limit.chats <= chats) or "-"
        following = next((limit.sentence() for limit in all_limits if limit.chats > chats), "-")
        print(
            f"| {chats:,} | {at_once:,.1f} | ${month:,.0f} | ${month / chats / DAYS * 1000:,.2f}"
            f" | {reached} | {following} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    asyncio.run(report(parser.parse_args().repeats))


if __name__ == "__main__":
    main()
