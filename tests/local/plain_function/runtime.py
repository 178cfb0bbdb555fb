"""A minimal function: the requested path says what it does.

It uses only the standard library, so that tests see the local cloud's behaviour and no library's.
"""

import base64
import itertools
import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

API = "/2018-06-01/runtime"
ERROR = "Lambda-Runtime-Function-Error"


class Answer:
    """A streaming response."""

    def __init__(self, request_id: str) -> None:
        self._connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        self._connection.putrequest("POST", f"{API}/invocation/{request_id}/response")
        self._connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
        self._connection.putheader(
            "Content-Type", "application/vnd.awslambda.http-integration-response"
        )
        self._connection.putheader("Transfer-Encoding", "chunked")
        self._connection.putheader("Trailer", f"{ERROR}-Type, {ERROR}-Body")
        self._connection.endheaders()

    def prelude(self, **prelude: Any) -> None:
        self.write(json.dumps({"statusCode": 200, **prelude}).encode())
        self.write(b"\0" * 8)

    def write(self, data: bytes) -> None:
        self._connection.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self, trailers: bytes = b"") -> None:
        self._connection.send(b"0\r\n" + trailers + b"\r\n")
        assert self._connection.getresponse().status == 202
        self._connection.close()


def echo(request_id: str, event: dict[str, Any]) -> None:
    answer = Answer(request_id)
    answer.prelude(headers={"content-type": "application/json"})
    answer.write(
        json.dumps(
            {
                "event": event,
                "pid": os.getpid(),
                "environ": dict(os.environ),
                "files": resource.getrlimit(resource.RLIMIT_NOFILE),
            }
        ).encode()
    )
    answer.end()


def gate(request_id: str, event: dict[str, Any]) -> None:
    """Write a chunk, wait until the named pipe is opened, and write another."""
    answer = Answer(request_id)
    answer.prelude(headers={"content-type": "text/plain"})
    answer.write(f"pid {os.getpid()}\n".encode())
    Path(event["queryStringParameters"]["pipe"]).read_text()
    answer.write(b"opened\n")
    answer.end()
    if done := event["queryStringParameters"].get("done"):
        Path(done).touch()


def headers(request_id: str, event: dict[str, Any]) -> None:
    answer = Answer(request_id)
    answer.prelude(
        statusCode=418,
        headers={"x-own": "yes", "content-length": "7"},
        cookies=["a=1; Path=/", "b=2"],
    )
    answer.end()


def break_off(request_id: str, event: dict[str, Any]) -> None:
    answer = Answer(request_id)
    answer.prelude()
    answer.write(b"so far")
    body = base64.b64encode(b'{"errorMessage":"oh","errorType":"Broken"}')
    answer.end(b"%s-Type: Broken\r\n%s-Body: %s\r\n" % (ERROR.encode(), ERROR.encode(), body))


def die_midway(request_id: str, event: dict[str, Any]) -> None:
    answer = Answer(request_id)
    answer.prelude()
    answer.write(b"so far")
    os.kill(os.getpid(), signal.SIGKILL)


def large(request_id: str, event: dict[str, Any]) -> None:
    answer = Answer(request_id)
    answer.prelude(headers={"content-type": "text/plain"})
    for _ in range(int(event["queryStringParameters"]["megabytes"])):
        answer.write(b"x" * 1024 * 1024)
    answer.end()


def background(request_id: str, event: dict[str, Any]) -> None:
    """Count in a file after the answer, forever."""
    count = Path(event["queryStringParameters"]["count"])

    def work() -> None:
        for number in itertools.count():
            count.write_text(str(number))
            time.sleep(0.001)

    threading.Thread(target=work, daemon=True).start()
    echo(request_id, event)


def fail(request_id: str, event: dict[str, Any]) -> None:
    sys.stdout.write("fails\n")
    sys.stdout.flush()
    call("POST", f"/invocation/{request_id}/error", b'{"errorMessage":"oh","errorType":"Broken"}')


def die(request_id: str, event: dict[str, Any]) -> None:
    os._exit(3)


def hang(request_id: str, event: dict[str, Any]) -> None:
    # Ignore SIGTERM too.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdout.write(f"hangs as {os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(3600)


def tick(request_id: str, event: dict[str, Any]) -> None:
    sys.stdout.write("tick\n")
    sys.stdout.flush()
    call("POST", f"/invocation/{request_id}/response", b"null")


def call(method: str, path: str, body: bytes | None = None) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, API + path, body)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


ANSWERS: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "/echo": echo,
    "/gate": gate,
    "/headers": headers,
    "/break-off": break_off,
    "/die-midway": die_midway,
    "/fail": fail,
    "/background": background,
    "/large": large,
    "/die": die,
    "/hang": hang,
    "/tick": tick,
}


def main() -> None:
    if os.environ.get("FAILS_AT_START"):
        call("POST", "/init/error", b'{"errorMessage":"no settings","errorType":"Broken"}')
        sys.exit(1)
    while True:
        response, event = call("GET", "/invocation/next")
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        request = json.loads(event)
        ANSWERS[request["rawPath"]](request_id, request)


if __name__ == "__main__":
    main()
