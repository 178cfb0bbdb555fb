"""Creates the template's table in a local engine."""

import asyncio
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from local.template import TableDefinition
from local.variables import REGION
from shared.warmth.rows import PK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def connect(endpoint: str) -> "DynamoDBClient":
    """The caller closes it."""
    client: DynamoDBClient = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        # DynamoDB Local accepts letters and digits only.
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - no secret
        config=Config(connect_timeout=2, read_timeout=20, retries={"total_max_attempts": 2}),
    )
    return client


async def forget_warmth(endpoint: str, table_name: str) -> None:
    """Delete the warmth rows: a gateway that has just started has loaded no model."""
    await asyncio.to_thread(_forget_warmth, endpoint, table_name)


def _forget_warmth(endpoint: str, table_name: str) -> None:
    client = connect(endpoint)
    try:
        rows = client.query(
            TableName=table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": PK}},
        )
        for row in rows["Items"]:
            client.delete_item(TableName=table_name, Key={"pk": row["pk"], "sk": row["sk"]})
    finally:
        client.close()


async def create_table(endpoint: str, definition: TableDefinition) -> bool:
    """Return False if it already exists."""
    return await asyncio.to_thread(create_table_now, endpoint, definition)


def create_table_now(endpoint: str, definition: TableDefinition) -> bool:
    client = connect(endpoint)
    try:
        client.create_table(TableName=definition.name, **definition.creation)
        client.get_waiter("table_exists").wait(TableName=definition.name)
        if definition.time_to_live:
            client.update_time_to_live(
                TableName=definition.name,
                TimeToLiveSpecification=definition.time_to_live,  # type: ignore[arg-type]  # as read
            )
    except client.exceptions.ResourceInUseException:
        return False
    finally:
        client.close()
    return True
