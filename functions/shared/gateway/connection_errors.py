"""Maps httpx's errors to ours. A separate module, so that `errors` loads without httpx."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from shared.gateway.errors import GatewayError, GatewayRefused, GatewayUnavailable


def connection_error(error: httpx.RequestError | httpx.InvalidURL) -> GatewayError:
    """The error for a request that got no answer or a broken one."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return GatewayRefused("LIVEPEER_GATEWAY_URL is not an http or https address. Correct it.")
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return GatewayRefused(
            "The gateway's TLS certificate does not fit its address. Check LIVEPEER_GATEWAY_URL."
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return GatewayUnavailable(
            "The gateway's host name cannot be found. Check LIVEPEER_GATEWAY_URL."
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return GatewayUnavailable(
            "The gateway cannot be reached. Check LIVEPEER_GATEWAY_URL, or try again later."
        )
    # go-livepeer closes the connection without an answer when no orchestrator serves the model.
    return GatewayUnavailable(
        "No orchestrator serves this model right now. Try again, or choose another model."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
