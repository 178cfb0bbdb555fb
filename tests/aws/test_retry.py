"""Failures are classified as by botocore, the SDK of Lambda's runtime."""

import botocore.session
import pytest
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from shared.aws.retry import (
    RETRY_AFTER_S,
    THROTTLED,
    THROTTLED_PAUSE_S,
    TRANSIENT,
    TRANSIENT_PAUSE_S,
    TRANSIENT_STATUSES,
    Failure,
    error_code,
    failure,
    pause_s,
)

SERVICES = ("dynamodb", "secretsmanager", "ssm", "lambda")


def modelled(service: str) -> set[str]:
    """The errors that a service's model declares as retryable."""
    model = botocore.session.get_session().get_service_model(service)
    return {shape.name for shape in model.error_shapes if shape.metadata.get("retryable")}


def test_the_same_errors_are_retried_as_by_botocore() -> None:
    throttled, transient = vars(ThrottledRetryableChecker()), vars(TransientRetryableChecker())
    throttled_codes = set(throttled["_throttled_error_codes"])
    transient_codes = set(transient["_transient_error_codes"])
    declared = set().union(*map(modelled, SERVICES))
    assert throttled_codes == THROTTLED
    assert throttled_codes | transient_codes | declared == TRANSIENT | THROTTLED
    assert set(transient["_transient_status_codes"]) == TRANSIENT_STATUSES


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (200, "", Failure.FINAL),
        (400, "ConditionalCheckFailedException", Failure.FINAL),
        (400, "ThrottlingException", Failure.THROTTLED),
        (429, "TooManyRequestsException", Failure.THROTTLED),
        (503, "ThrottlingException", Failure.THROTTLED),
        (400, "ExpiredTokenException", Failure.EXPIRED),
        (403, "RequestExpired", Failure.SKEWED),
        (400, "RequestTimeoutException", Failure.TRANSIENT),
        (500, "InternalServerError", Failure.TRANSIENT),
        (504, "", Failure.TRANSIENT),
        (501, "", Failure.FINAL),
    ],
)
def test_failure_follows_from_code_and_status(status: int, code: str, expected: Failure) -> None:
    assert failure(status, code) is expected


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        ({}, {"__type": "com.amazonaws.dynamodb.v20120810#SlowDown"}),
        ({}, {"__type": "SlowDown"}),
        ({}, {"code": "SlowDown"}),
        ({"x-amzn-errortype": "SlowDown"}, None),
        ({"x-amzn-errortype": "SlowDown:http://internal.amazon.com/coral/"}, {"Message": "…"}),
        ({"x-amzn-errortype": "aws#SlowDown:http://internal.amazon.com/coral/#"}, []),
    ],
)
def test_error_code_is_found_in_header_or_body(headers: dict[str, str], document: object) -> None:
    assert error_code(headers, document) == "SlowDown"


@pytest.mark.parametrize("document", [None, [], {}, "SlowDown", {"__type": None}])
def test_answer_without_an_error_has_no_code(document: object) -> None:
    assert error_code({}, document) == ""


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_pause_doubles_and_is_longer_for_a_throttled_call(attempt: int) -> None:
    transient = [pause_s(attempt) for _ in range(200)]
    throttled = [pause_s(attempt, Failure.THROTTLED) for _ in range(200)]
    assert 0 <= max(transient) <= TRANSIENT_PAUSE_S * 2 ** (attempt - 1) < max(throttled)
    assert max(throttled) <= THROTTLED_PAUSE_S * 2 ** (attempt - 1)
    assert pause_s(attempt, Failure.EXPIRED) == 0


@pytest.mark.parametrize(
    ("given", "least", "most"),
    [
        ("1500", 1.5, 1.5),
        ("60000", RETRY_AFTER_S, RETRY_AFTER_S + TRANSIENT_PAUSE_S),
        ("9" * 5000, RETRY_AFTER_S, RETRY_AFTER_S + TRANSIENT_PAUSE_S),
        ("-5", 0, TRANSIENT_PAUSE_S),
        ("soon", 0, TRANSIENT_PAUSE_S),
    ],
)
def test_service_can_ask_for_a_longer_pause(given: str, least: float, most: float) -> None:
    assert least <= pause_s(1, headers={"x-amz-retry-after": given}) <= most
