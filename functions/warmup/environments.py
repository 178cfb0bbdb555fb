"""Keeps environments of the chat function alive by invoking it several times at once."""

import asyncio
import json
from typing import Any

# Each ping holds its environment for a moment, or one environment would answer them all.
HOLD_MS = 100


def lambda_client() -> Any:
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=1, read_timeout=20, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=config)


def ping_input(function: str, count: int) -> dict[str, Any]:
    event = {"source": "warmup", "hold_ms": HOLD_MS if count > 1 else 0}
    return {"FunctionName": function, "Payload": json.dumps(event).encode()}


async def keep_alive(function: str, count: int) -> int:
    """Returns the number of environments that answered. Raises nothing: the next round is soon."""
    from botocore.exceptions import BotoCoreError, ClientError

    client = await asyncio.to_thread(lambda_client)

    def ping() -> bool:
        try:
            return "FunctionError" not in client.invoke(**ping_input(function, count))
        except (BotoCoreError, ClientError):
            return False

    return sum(await asyncio.gather(*(asyncio.to_thread(ping) for _ in range(count))))
