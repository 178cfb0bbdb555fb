import httpx
import pytest

from local.http_server import Exchange, PortTaken, Server
from local.relay import NoSuchAddress, relaying

# Loopback is all of 127.0.0.0/8.
SECOND = "127.0.0.2"


async def echo(exchange: Exchange) -> None:
    await exchange.answer(200, await exchange.body())


async def test_a_relayed_server_answers_at_both_addresses() -> None:
    body = bytes(300_000)
    async with Server().serving(echo) as server, httpx.AsyncClient(trust_env=False) as http:
        second = server.url.replace("127.0.0.1", SECOND)
        async with relaying(SECOND, server.url):
            assert (await http.post(second, content=body)).content == body
            assert (await http.post(server.url, content=body)).content == body
        with pytest.raises(httpx.TransportError):
            await http.post(second, content=body)


async def test_an_address_of_another_machine_is_named() -> None:
    async with Server().serving(echo) as server:
        with pytest.raises(NoSuchAddress, match=r"203\.0\.113\.7"):
            async with relaying("203.0.113.7", server.url):
                pass


async def test_a_port_that_is_taken_is_named() -> None:
    async with Server().serving(echo) as server:
        with pytest.raises(PortTaken):
            async with relaying("127.0.0.1", server.url):
                pass
