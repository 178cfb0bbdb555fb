"""Client of an LLM gateway: go-livepeer's `/llm` and OpenAI's chat completions.

A gateway may send nothing, not even headers, before the first token, which can take minutes on a
cold model. It has no timeouts of its own, and it ends a failed stream like a finished one. So all
timeouts are ours, and a reply counts as complete only if the gateway says so.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal
from urllib.parse import urlsplit

import httpx

from shared.gateway.chunks import FailureFrame
from shared.gateway.completion import CompletionRequest
from shared.gateway.connection_errors import connection_error
from shared.gateway.errors import NOT_A_GATEWAY, GatewayRefused, status_error
from shared.gateway.reply import Clocks, Delta, Finish, ReplyReader
from shared.gateway.sse import EventTooLarge
from shared.gateway.transport import GatewayTransport
from shared.gateway.url import gateway_name

CONNECT_S = 10.0


def gateway_http() -> httpx.AsyncClient:
    """The client for all gateways: one connection per request. The caller closes it."""
    return httpx.AsyncClient(
        transport=GatewayTransport(),
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        follow_redirects=False,
        # No proxy and no .netrc: send no credentials but the configured ones.
        trust_env=False,
    )


class Gateway:
    def __init__(self, url: str, http: httpx.AsyncClient, key: str = "") -> None:
        self.url = url
        self.name = gateway_name(url)
        self._dialect: Literal["livepeer", "openai"] = (
            "livepeer" if urlsplit(url).path.endswith("/llm") else "openai"
        )
        self._http = http
        self._headers = {
            "accept": "text/event-stream",
            # A compressed stream would arrive in the compressor's blocks, not token by token.
            "accept-encoding": "identity",
            "content-type": "application/json",
        }
        if key:
            self._headers["authorization"] = f"Bearer {key}"

    async def stream(
        self, request: CompletionRequest, clocks: Clocks
    ) -> AsyncGenerator[Delta | Finish, None]:
        """Yields the reply's deltas, then one Finish.

        Use it within `contextlib.aclosing`: closing it cancels the generation at the gateway.
        Raises GatewayRefused or GatewayUnavailable before the first Delta; ReplyInterrupted after
        it, or when `total_s` is used up.
        """
        reply = ReplyReader(clocks, request.max_tokens)
        try:
            async with asyncio.timeout_at(reply.deadline):
                response = await self._send(request)
            try:
                if response.status_code != httpx.codes.OK:
                    raise status_error(
                        response.status_code, response.headers.get("retry-after", "")
                    )
                async with aclosing(reply.read(response.aiter_bytes())) as deltas:
                    async for delta in deltas:
                        yield delta
            finally:
                await response.aclose()
            yield reply.finish()
        except TimeoutError:
            raise reply.timed_out() from None
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise reply.broken(connection_error(error)) from error
        except EventTooLarge as error:
            raise reply.broken(GatewayRefused(NOT_A_GATEWAY)) from error
        except FailureFrame as error:
            raise reply.broken(status_error(error.status or 500), "error") from error

    async def _send(self, request: CompletionRequest) -> httpx.Response:
        content = json.dumps(request.body(self._dialect), ensure_ascii=False).encode()
        headers = self._headers | (
            {"x-request-id": request.request_id} if request.request_id else {}
        )
        outgoing = self._http.build_request("POST", self.url, content=content, headers=headers)
        return await self._http.send(outgoing, stream=True)
