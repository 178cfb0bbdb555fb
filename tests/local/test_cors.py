import httpx
import pytest

from local.cors import allowing
from local.template import Cors
from tests.local.conftest import CORS, Serve


async def test_preflight_is_answered_without_the_function(serve: Serve) -> None:
    async with serve(cors=CORS) as served:
        response = await served.client.options(
            "/echo",
            headers={"origin": "https://page.example", "access-control-request-method": "POST"},
        )
        assert served.function.environments == 0
    assert response.status_code == 200
    assert cors_headers(response) == {
        "access-control-allow-origin": "https://page.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-expose-headers": "retry-after",
        "access-control-max-age": "600",
    }


async def test_each_cors_header_is_sent_once(serve: Serve) -> None:
    async with serve(cors=CORS) as served:
        response = await served.client.get("/echo", headers={"origin": "https://page.example"})
    assert response.headers.get_list("access-control-allow-origin") == ["https://page.example"]
    assert response.headers.get_list("access-control-expose-headers") == ["retry-after"]
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_other_origin_gets_no_cors_headers(serve: Serve, method: str) -> None:
    async with serve(cors=CORS) as served:
        headers = {"origin": "https://else.example", "access-control-request-method": "GET"}
        response = await served.client.request(method, "/echo", headers=headers)
    assert response.status_code == 200
    assert cors_headers(response) == {}


async def test_star_allows_any_origin(serve: Serve) -> None:
    async with serve(cors=Cors(origins=("*",))) as served:
        response = await served.client.get("/echo", headers={"origin": "https://else.example"})
    assert cors_headers(response) == {"access-control-allow-origin": "*"}


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "http://localhost:5173"])
async def test_the_local_page_and_its_live_reload_are_allowed(serve: Serve, origin: str) -> None:
    async with serve(cors=allowing("http://127.0.0.1:8080", CORS)) as served:
        response = await served.client.get("/echo", headers={"origin": origin})
    assert cors_headers(response)["access-control-allow-origin"] == origin


def cors_headers(response: httpx.Response) -> dict[str, str]:
    return {k: v for k, v in response.headers.items() if k.startswith("access-control-")}
