"""Inputs of the DynamoDB calls that read and write messages."""

import time
from typing import Any

from chat.conversation.message import LEASE_S, PROVENANCE, Message, message_key

PAGE = 50


def page_input(pk: str, before: str = "") -> dict[str, Any]:
    """The newest messages, or the newest ones before the key `before`."""
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :message)",
        "ExpressionAttributeValues": {":pk": pk, ":message": "MESSAGE#"},
        "ScanIndexForward": False,
        "Limit": PAGE,
        "ConsistentRead": True,
        "ExclusiveStartKey": message_key(pk, before) if before else None,
    }


def put_input(pk: str, message: Message) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in Message.__slots__}
    present = {name: value for name, value in fields.items() if value not in (None, 0)}
    return {"Item": {**message_key(pk, message.key), **present}}


def checkpoint_input(content: str, run: str) -> dict[str, Any]:
    return {
        "UpdateExpression": "SET content = :content, lease_until = :lease",
        "ConditionExpression": "#status = :streaming AND run = :run",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":content": content,
            ":lease": time.time() + LEASE_S,
            ":streaming": "streaming",
            ":run": run,
        },
    }


def stop_input() -> dict[str, Any]:
    return {
        "UpdateExpression": "SET stop_requested = :true",
        "ConditionExpression": "#status = :streaming",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":true": True, ":streaming": "streaming"},
    }


def reopen_input(ended: Message, reopened: Message) -> dict[str, Any]:
    """Reopens a reply that still looks like `ended`, so only one of two callers succeeds."""
    return {
        "UpdateExpression": "SET #status = :streaming, run = :run, lease_until = :lease,"
        " stop_requested = :false, request_id = :request, max_tokens = :max_tokens,"
        " shortened_by = :shortened_by REMOVE outcome, finish_reason, #error",
        "ConditionExpression": "#status = :stored AND content = :content AND"
        " (attribute_not_exists(lease_until) OR lease_until < :now)",
        "ExpressionAttributeNames": {"#status": "status", "#error": "error"},
        "ExpressionAttributeValues": {
            ":streaming": "streaming",
            # The row of a lost reply still says "streaming"; its lease has expired.
            ":stored": "streaming" if ended.lease_until else ended.status,
            ":run": reopened.run,
            ":request": reopened.request_id,
            ":max_tokens": reopened.max_tokens,
            ":shortened_by": reopened.shortened_by,
            ":content": ended.content,
            ":now": time.time(),
            ":lease": time.time() + LEASE_S,
            ":false": False,
        },
    }


def finish_input(reply: Message) -> dict[str, Any]:
    written = ("content", "status", "outcome", *PROVENANCE)
    values = {name: getattr(reply, name) for name in written}
    values = {name: value for name, value in values.items() if value is not None}
    return {
        "UpdateExpression": "SET "
        + ", ".join(f"#{name} = :{name}" for name in values)
        + " REMOVE lease_until",
        "ConditionExpression": "#status = :streaming AND run = :run",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {
            ":streaming": "streaming",
            ":run": reply.run,
            **{f":{name}": value for name, value in values.items()},
        },
    }
