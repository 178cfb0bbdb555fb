"""Which answers to retry, and when: as in the standard mode of AWS's SDKs.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from collections.abc import Mapping
from enum import Enum, auto
from random import SystemRandom
from typing import Any

ATTEMPTS = 3

THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}
# The last one is not in the SDKs' list: DynamoDB's model declares it as retryable.
TRANSIENT = {"RequestTimeout", "RequestTimeoutException", "ReplicatedWriteConflictException"}
TRANSIENT_STATUSES = {500, 502, 503, 504}

EXPIRED = {"ExpiredToken", "ExpiredTokenException"}
# The codes may mean that our clock is wrong. The JavaScript SDK has this list.
SKEWED = {
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}

THROTTLED_PAUSE_S, TRANSIENT_PAUSE_S = 1.0, 0.05
# A service may ask for a longer pause than planned, but by no more than this.
RETRY_AFTER_S = 5.0

# Environments restored from one snapshot would share the state of any other generator.
RANDOM = SystemRandom()

NOTHING: Mapping[str, str] = {}


class Failure(Enum):
    """What an answer says about the next attempt. FINAL means that none can help."""

    FINAL = auto()
    TRANSIENT = auto()
    THROTTLED = auto()
    EXPIRED = auto()
    SKEWED = auto()


def failure(status: int, code: str) -> Failure:
    """`code` is the error's type, "" if it has none."""
    if code in THROTTLED:
        return Failure.THROTTLED
    if code in TRANSIENT or status in TRANSIENT_STATUSES:
        return Failure.TRANSIENT
    if code in EXPIRED:
        return Failure.EXPIRED
    if code in SKEWED:
        return Failure.SKEWED
    return Failure.FINAL


def error_code(headers: Mapping[str, str], document: Any) -> str:
    """The error's type, from the header or the body, without what some services put around it.

    https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
    """
    body = document if isinstance(document, dict) else {}
    given = headers.get("x-amzn-errortype") or body.get("__type") or body.get("code") or ""
    # Such as com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://internal…
    return str(given).partition(":")[0].rpartition("#")[2]


def pause_s(
    attempt: int, kind: Failure = Failure.TRANSIENT, headers: Mapping[str, str] = NOTHING
) -> float:
    """Seconds to wait after the failure of this attempt, counted from 1."""
    if kind in (Failure.EXPIRED, Failure.SKEWED):
        return 0.0
    scale = THROTTLED_PAUSE_S if kind is Failure.THROTTLED else TRANSIENT_PAUSE_S
    planned = RANDOM.random() * scale * 2.0 ** (attempt - 1)
    asked_ms = headers.get("x-amz-retry-after", "")
    asked_s = int(asked_ms[:9]) / 1000 if asked_ms.isascii() and asked_ms.isdigit() else 0.0
    return max(planned, min(asked_s, planned + RETRY_AFTER_S))
