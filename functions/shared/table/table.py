"""An async client of the DynamoDB table.

Items are plain dictionaries. Callers build the input of a call; this class sends it and maps the
errors.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from shared.aws.retry import RANDOM, THROTTLED
from shared.aws.service import DYNAMODB, Service, ServiceRefused, ServiceUnavailable
from shared.table.attributes import Item, decode_item, encode, encode_item

# DynamoDB's limit of rows in one batch.
BATCH = 25

# A transaction blocks other writes to its rows, and a busy table cancels transactions and skips
# parts of a batch. All are retried, with a pause that doubles.
BUSY_TRIES = 8
BUSY_WAIT_S = 0.02
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
BUSY = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"} | THROTTLED


class TableUnavailable(Exception):
    """The table did not answer or refuses to work. Assume that nothing was saved."""


class ConditionFailed(Exception):
    """The condition of a write did not hold, so nothing was written.

    `item` is the existing row, if the write asked for it.
    """

    def __init__(self, message: str, item: Item | None = None) -> None:
        super().__init__(message)
        self.item = item


def dynamodb() -> Service:
    return Service(DYNAMODB)


class Table:
    """Connects on first use. Every method raises TableUnavailable."""

    def __init__(self, name: str, connect: Callable[[], Service] = dynamodb) -> None:
        self.name = name
        self._connect = connect
        self._service: Service | None = None

    async def get(self, key: Item) -> Item | None:
        """Returns the row, by a consistent read."""
        answer = await self._call("GetItem", Key=encode_item(key), ConsistentRead=True)
        return decode_item(answer["Item"]) if "Item" in answer else None

    async def put(self, item: Item, **options: Any) -> None:
        """Raises ConditionFailed."""
        await self._call("PutItem", Item=encode_item(item), **_encoded(options))

    async def update(self, key: Item, **options: Any) -> Item:
        """Returns the whole row after the update. Raises ConditionFailed."""
        answer = await self._call(
            "UpdateItem", Key=encode_item(key), ReturnValues="ALL_NEW", **_encoded(options)
        )
        return decode_item(answer["Attributes"])

    async def delete(self, key: Item, **options: Any) -> None:
        """Raises ConditionFailed."""
        await self._call("DeleteItem", Key=encode_item(key), **_encoded(options))

    async def query(self, **options: Any) -> tuple[list[Item], Item | None]:
        """Returns one page of rows and the key of the next page, None at the end."""
        answer = await self._call("Query", **_encoded(options))
        last = answer.get("LastEvaluatedKey")
        return [decode_item(item) for item in answer["Items"]], last and decode_item(last)

    async def pages(self, **options: Any) -> AsyncGenerator[list[Item], None]:
        """Yields every page of a query. Reads a page when the caller asks for it."""
        start: Item | None = None
        while True:
            rows, start = await self.query(**options, ExclusiveStartKey=start)
            yield rows
            if start is None:
                return

    async def delete_all(self, keys: Sequence[Item]) -> None:
        """Deletes the rows with these keys, in any order. Absent rows are no error."""
        await self._write([{"DeleteRequest": {"Key": encode_item(key)}} for key in keys])

    async def put_all(self, items: Sequence[Item]) -> None:
        """Writes the rows in any order and replaces existing ones."""
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
        # The token makes a repeated call idempotent when the first answer was lost.
        await self._run("TransactWriteItems", TransactItems=items, ClientRequestToken=str(uuid4()))

    async def close(self) -> None:
        if self._service is not None:
            await self._service.close()

    async def _write(self, requests: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(requests), BATCH):
            batch: Any = requests[start : start + BATCH]
            for attempt in range(BUSY_TRIES):
                answer = await self._run("BatchWriteItem", RequestItems={self.name: batch})
                batch = answer.get("UnprocessedItems", {}).get(self.name)
                if not batch:
                    break
                await _pause(attempt)
            else:
                raise TableUnavailable("The table is busy.")

    async def _call(self, operation: str, **arguments: Any) -> Any:
        return await self._run(operation, TableName=self.name, **arguments)

    async def _run(self, operation: str, **arguments: Any) -> Any:
        self._service = self._service or self._connect()
        for attempt in range(BUSY_TRIES):
            try:
                return await self._service.call(operation, arguments)
            except ServiceRefused as refusal:
                meaning = _meaning(refusal)
                if not isinstance(meaning, _Busy):
                    raise meaning from refusal
                await _pause(attempt)
            except ServiceUnavailable as error:
                raise TableUnavailable("The table does not answer.") from error
        raise TableUnavailable("The table is busy.")


class _Busy(Exception):
    pass


async def _pause(attempt: int) -> None:
    # Jitter, so that writes that collided do not collide again.
    await asyncio.sleep(BUSY_WAIT_S * 2**attempt * RANDOM.uniform(0.5, 1.5))


def _meaning(refusal: ServiceRefused) -> Exception:
    code, details = refusal.code, refusal.details
    # Each write of a transaction has a code. It is "None" if that write was not the cause.
    causes = {reason.get("Code") for reason in details.get("CancellationReasons") or ()} - {"None"}
    if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in causes:
        item = details.get("Item")
        return ConditionFailed(code, decode_item(item) if item else None)
    if code == "TransactionConflictException" or (causes and causes <= BUSY):
        return _Busy(code)
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
