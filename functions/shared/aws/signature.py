"""Signature Version 4 for POST requests to AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import quote

from shared.aws.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"


def signed_post(
    credentials: Credentials,
    region: str,
    service: str,
    headers: Mapping[str, str],
    body: bytes,
    now: float | None = None,
    path: str = "/",
) -> dict[str, str]:
    """Returns `headers` with the ones that sign the request.

    `headers` are in lower case and include `host`. `path` is percent-encoded.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    signed = {**headers, "x-amz-date": stamp}
    if credentials.token:
        signed["x-amz-security-token"] = credentials.token
    names = sorted(signed)
    named = ";".join(names)
    lines = [f"{name}:{signed[name].strip()}" for name in names]
    # Every service but S3 encodes the path a second time.
    encoded = quote(path, safe="/~")
    request = "\n".join(["POST", encoded, "", *lines, "", named, hashlib.sha256(body).hexdigest()])
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, text).hex()
    signed["authorization"] = (
        f"{ALGORITHM} Credential={credentials.id}/{scope},"
        f" SignedHeaders={named}, Signature={signature}"
    )
    return signed


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
