"""Invokes Lambda functions.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from urllib.parse import quote

from shared.aws.account import Account, NoCredentials
from shared.aws.connections import Connections
from shared.aws.service import CONNECT_S, READ_S
from shared.aws.signature import signed_post

ACCEPTED = 202


class NotInvoked(Exception):
    """Lambda did not accept the invocation, or it is not known whether it did."""


async def invoke_later(function: str, payload: bytes, account: Account | None = None) -> None:
    """Queues an asynchronous invocation, once, without retries. Raises NotInvoked.

    boto3 would do the same, but its import takes longer than a cold start.
    """
    account = account or Account()
    path = f"/2015-03-31/functions/{quote(function, safe='-._~')}/invocations"
    connections = Connections(account.endpoint("lambda", "LAMBDA"), CONNECT_S, READ_S)
    headers = {
        "content-type": "application/json",
        "host": connections.host,
        "x-amz-invocation-type": "Event",
    }
    try:
        credentials = await account.credentials()
        signed = signed_post(credentials, account.region, "lambda", headers, payload, path=path)
        status, _ = await connections.post(signed, payload, path)
    except (NoCredentials, OSError) as error:
        raise NotInvoked(type(error).__name__) from error
    finally:
        await connections.close()
    if status != ACCEPTED:
        raise NotInvoked(f"status {status}")
