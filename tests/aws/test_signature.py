"""Signatures are identical to those of AWS's SDK."""

import random
import time
from datetime import datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SdkCredentials

from shared.aws.credentials import Credentials
from shared.aws.signature import signed_post

HOST = "dynamodb.eu-west-1.amazonaws.com"


def signed_by_botocore(
    credentials: Credentials, headers: dict[str, str], body: bytes, path: str
) -> dict[str, str]:
    request = AWSRequest("POST", f"https://{headers['host']}{path}", headers=headers, data=body)
    sdk_credentials = SdkCredentials(credentials.id, credentials.secret, credentials.token or None)
    SigV4Auth(sdk_credentials, "dynamodb", "eu-west-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@pytest.mark.parametrize("token", ["", "a/long+token=="])
@pytest.mark.parametrize("host", [HOST, "127.0.0.1:8000"])
@pytest.mark.parametrize("path", ["/", "/functions/arn%3Aaws%3Alambda%3Ax/invocations", "/a-._~"])
def test_signature_is_identical_to_that_of_botocore(token: str, host: str, path: str) -> None:
    chance = random.Random(7)
    for _ in range(200):
        credentials = Credentials(f"AKIA{chance.random()}", f"secret/{chance.random()}+", token)
        body = chance.randbytes(chance.randrange(300))
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": host,
            "x-amz-target": f"DynamoDB_20120810.{chance.choice(['GetItem', 'Query'])}",
        }
        expected = signed_by_botocore(credentials, headers, body, path)
        signed_at = datetime.fromisoformat(expected["x-amz-date"]).timestamp()
        signed = signed_post(credentials, "eu-west-1", "dynamodb", headers, body, signed_at, path)
        assert signed == expected


def test_request_is_signed_with_the_current_time() -> None:
    signed = signed_post(Credentials("id", "secret"), "eu-west-1", "dynamodb", {"host": HOST}, b"")
    signed_at = datetime.fromisoformat(signed["x-amz-date"]).timestamp()
    assert abs(signed_at - time.time()) < 60
