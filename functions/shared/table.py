"""The one DynamoDB table, from async code.

Items are plain dictionaries here. Callers build each call's input in a function of its own and
hand it over; this file runs it in a thread, maps the errors and nothing else.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.attributes import Item, decode_item, encode, encode_item

# A table that hangs must not hang a chat: three attempts end within about ten seconds.
CONNECT_S = 1
READ_S = 3
ATTEMPTS = 3
THREADS = 32

# Most rows in one batch, a limit of DynamoDB.
BATCH = 25

# A row that a transaction holds refuses other writes, and a busy table leaves parts of a batch
# undone: both try again, after twice the time each time.
BUSY_TRIES = 8
BUSY_WAIT_S = 0.02


class TableUnavailable(Exception):
    """The table did not answer, or refuses all work. Nothing is known to be saved."""


class ConditionFailed(Exception):
    """The condition of a write did not hold, so nothing was written.

    `item` is the row as it is, if the write asked for it and the row exists.
    """

    def __init__(self, message: str, item: Item | None = None) -> None:
        super().__init__(message)
        self.item = item


def dynamodb_client() -> Any:
    """boto3's client, by its usual environment; importing boto3 is most of the cost."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=THREADS,
    )
    return boto3.client("dynamodb", config=config)


class Table:
    """Connects on first use. Every method raises TableUnavailable."""

    def __init__(self, name: str, connect: Callable[[], Any] = dynamodb_client) -> None:
        self.name = name
        self._connect = connect
        self._client: Any = None
        self._connecting = asyncio.Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="table")

    async def get(self, key: Item) -> Item | None:
        """The row as it is now (a consistent read), or None."""
        answer = await self._call("get_item", Key=encode_item(key), ConsistentRead=True)
        return decode_item(answer["Item"]) if "Item" in answer else None

    async def put(self, item: Item, **options: Any) -> None:
        """Raises ConditionFailed."""
        await self._call("put_item", Item=encode_item(item), **_encoded(options))

    async def update(self, key: Item, **options: Any) -> Item:
        """The row after the update, whole. Raises ConditionFailed."""
        answer = await self._call(
            "update_item", Key=encode_item(key), ReturnValues="ALL_NEW", **_encoded(options)
        )
        return decode_item(answer["Attributes"])

    async def delete(self, key: Item, **options: Any) -> None:
        """Raises ConditionFailed."""
        await self._call("delete_item", Key=encode_item(key), **_encoded(options))

    async def query(self, **options: Any) -> tuple[list[Item], Item | None]:
        """One page of rows and the key to go on from, None at the end."""
        answer = await self._call("query", **_encoded(options))
        last = answer.get("LastEvaluatedKey")
        return [decode_item(item) for item in answer["Items"]], last and decode_item(last)

    async def pages(self, **options: Any) -> AsyncGenerator[list[Item], None]:
        """Every page of a query; a page is read when the one before it is done with."""
        start: Item | None = None
        while True:
            rows, start = await self.query(**options, ExclusiveStartKey=start)
            yield rows
            if start is None:
                return

    async def delete_all(self, keys: Sequence[Item]) -> None:
        """Deletes the rows with these keys, in any order; absent ones are no error."""
        await self._write([{"DeleteRequest": {"Key": encode_item(key)}} for key in keys])

    async def put_all(self, items: Sequence[Item]) -> None:
        """Puts the rows in any order, over what was there."""
        await self._write([{"PutRequest": {"Item": encode_item(item)}} for item in items])

    async def transact(self, writes: Sequence[Mapping[str, Item]]) -> None:
        """All the writes or none: [{"Put": {"Item": …}}, {"Update": …}, …].

        Raises ConditionFailed.
        """
        items = [
            {kind: {"TableName": self.name, **_encoded(options)}}
            for write in writes
            for kind, options in write.items()
        ]
        await self._run("transact_write_items", TransactItems=items)

    def close(self) -> None:
        self._threads.shutdown(wait=False)
        if self._client is not None:
            self._client.close()

    async def _write(self, requests: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(requests), BATCH):
            batch: Any = requests[start : start + BATCH]
            for attempt in range(BUSY_TRIES):
                answer = await self._run("batch_write_item", RequestItems={self.name: batch})
                batch = answer.get("UnprocessedItems", {}).get(self.name)
                if not batch:
                    break
                await asyncio.sleep(BUSY_WAIT_S * 2**attempt)
            else:
                raise TableUnavailable("The table is busy.")

    async def _call(self, operation: str, **arguments: Any) -> Any:
        return await self._run(operation, TableName=self.name, **arguments)

    async def _run(self, operation: str, **arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        async with self._connecting:
            if self._client is None:
                self._client = await loop.run_in_executor(self._threads, _mapped, self._connect, {})
        method = getattr(self._client, operation)
        for attempt in range(BUSY_TRIES):
            try:
                return await loop.run_in_executor(self._threads, _mapped, method, arguments)
            except _Conflict:
                await asyncio.sleep(BUSY_WAIT_S * 2**attempt)
        raise TableUnavailable("The table is busy.")


class _Conflict(Exception):
    pass


def _mapped(method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return method(**arguments)
    except ClientError as error:
        raise _meaning(error.response) from error
    except BotoCoreError as error:
        raise TableUnavailable("The table does not answer.") from error


def _meaning(response: Mapping[str, Any]) -> Exception:
    code = response.get("Error", {}).get("Code", "")
    reasons = {reason.get("Code") for reason in response.get("CancellationReasons", ())}
    if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
        item = response.get("Item")
        return ConditionFailed(code, decode_item(item) if item else None)
    if code == "TransactionConflictException" or "TransactionConflict" in reasons:
        return _Conflict(code)
    return TableUnavailable(f"The table refuses: {code}.")


def _encoded(options: Mapping[str, Any]) -> dict[str, Any]:
    encoded = dict(options)
    for name in ("Item", "Key", "ExclusiveStartKey"):
        if encoded.get(name) is not None:
            encoded[name] = encode_item(encoded[name])
        else:
            encoded.pop(name, None)
    if values := encoded.get("ExpressionAttributeValues"):
        encoded["ExpressionAttributeValues"] = {name: encode(v) for name, v in values.items()}
    return encoded
