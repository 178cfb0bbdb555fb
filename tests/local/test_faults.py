"""The gateway whose faults a person picks on its page."""

import socket
from pathlib import Path

import httpx
import pytest

from local.cloud import LocalCloud, Options
from local.faults import fault_gateway
from local.http_server import PortTaken
from tests.api.client import Person
from tests.scripted_gateway import MODES
from tests.scripted_gateway.modes.mode import TEXT


async def test_a_picked_fault_lasts_until_another_is_picked(tmp_path: Path) -> None:
    options = Options(state=tmp_path, gateway="faults", warmup=False, echo=lambda _: None)
    async with (
        LocalCloud(options) as cloud,
        httpx.AsyncClient(base_url=cloud.function_url, timeout=60) as http,
    ):
        person = await Person.arrive(http)
        assert (await person.send("Hello")).text == TEXT
        page = await http.get(f"{cloud.gateway_url}/pick?mode=401", follow_redirects=True)
        assert "Now: <strong>401</strong>" in page.text
        assert (await person.send("Hello")).done["error"]["code"] == "gateway_refused"
        await http.get(f"{cloud.gateway_url}/pick?mode=normal")
        assert (await person.send("Hello")).text == TEXT


async def test_the_page_lists_every_mode_and_refuses_others() -> None:
    async with fault_gateway() as url, httpx.AsyncClient(base_url=url) as http:
        page = (await http.get("/")).text
        assert all(f'"/pick?mode={mode}"' in page for mode in MODES)
        for path in ("/pick", "/pick?mode=%3Cscript%3E", "/elsewhere?mode=401"):
            refused = await http.get(path)
            assert refused.status_code == 404
            assert "script" not in refused.text
        assert "<strong>normal</strong>" in (await http.get("/")).text


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            async with fault_gateway(port):
                pass
