"""Invokes Lambda functions.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from urllib.parse import quote

from shared.aws.account import Account
from shared.aws.signed_posts import ServiceUnavailable, SignedPosts

ACCEPTED = 202


class NotInvoked(Exception):
    """Lambda did not accept the invocation, or it is not known whether it did."""


async def invoke_later(function: str, payload: bytes, account: Account | None = None) -> None:
    """Queues an asynchronous invocation, at least once. Raises NotInvoked.

    boto3 would do the same, but its import takes longer than a cold start.
    """
    posts = SignedPosts(account or Account(), "lambda", "LAMBDA")
    headers = {"content-type": "application/json", "x-amz-invocation-type": "Event"}
    path = f"/2015-03-31/functions/{quote(function, safe='-._~')}/invocations"
    try:
        answer = await posts.post(headers, payload, path)
    except ServiceUnavailable as error:
        raise NotInvoked(str(error)) from error
    finally:
        await posts.close()
    if answer.status != ACCEPTED:
        raise NotInvoked(f"status {answer.status} {answer.code}".rstrip())
