"""Reaches the deployed addresses, on AWS or in an emulator."""

import json
import os

import httpx

_FUNCTION_URL = ".lambda-url."


def emulated() -> bool:
    return "AWS_ENDPOINT_URL" in os.environ


def http_client() -> httpx.Client:
    """The caller closes it. A model may load for minutes before its first byte."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    transport = ThroughEndpoint(httpx.URL(endpoint)) if endpoint else None
    return httpx.Client(transport=transport, timeout=httpx.Timeout(30, read=200))


class ThroughEndpoint(httpx.BaseTransport):
    """An AWS emulator serves every address and tells them apart by Host."""

    def __init__(self, endpoint: httpx.URL) -> None:
        self._endpoint = endpoint
        self._http = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        request.headers["x-forwarded-proto"] = request.url.scheme
        request.url = request.url.copy_with(
            scheme=self._endpoint.scheme, host=self._endpoint.host, port=self._endpoint.port
        )
        response = self._http.handle_request(request)
        return _unwrapped(response) if _FUNCTION_URL in host else response

    def close(self) -> None:
        self._http.close()


def _unwrapped(response: httpx.Response) -> httpx.Response:
    """Emulators return the stock runtime's JSON, which Lambda would turn into a response."""
    try:
        answer = json.loads(response.read())
    except ValueError:
        return response
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return response
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name not in ("content-type", "content-length")
    ]
    return httpx.Response(
        answer["statusCode"],
        headers=[*headers, *answer["headers"].items()],
        stream=httpx.ByteStream(answer["body"].encode()),
    )
