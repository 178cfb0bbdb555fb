import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from local.cloud import ROOT
from local.http_server import Server
from local.intrinsics import TemplateError
from local.page import Page
from local.page_headers import page_headers
from local.template import Template

API = "http://127.0.0.1:8081"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>page")
    (folder / "assets" / "app.js").write_text("let a")
    (folder / "assets" / "app.css").write_text("p{}")
    (folder / "assets" / "logo.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    headers = page_headers(Template.read(ROOT / "template.yaml").page_headers_policy(), API)
    page = Page(dist, API, headers)
    async with (
        Server().serving(page.handle) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as http,
    ):
        yield http


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/c/01JD5ZK3B5Q3M7E8N9P0R1S2T3", "text/html; charset=utf-8"),
        ("/assets/app.js", "text/javascript; charset=utf-8"),
        ("/assets/app.css?v=1", "text/css; charset=utf-8"),
        ("/assets/logo.svg", "image/svg+xml; charset=utf-8"),
    ],
)
async def test_file_has_its_content_type(client: httpx.AsyncClient, path: str, kind: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, kind)


async def test_view_of_the_page_returns_the_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/c/1")).content == (await client.get("/")).content


async def test_config_names_the_function_url(client: httpx.AsyncClient) -> None:
    assert json.loads((await client.get("/config.json")).content) == {"api": API}


@pytest.mark.parametrize("path", ["/", "/assets/app.js", "/config.json", "/assets/gone.js"])
async def test_every_answer_has_the_distributions_headers(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    policy = dict(
        directive.split(" ", 1) for directive in headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {API}"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_unknown_header_is_named() -> None:
    with pytest.raises(TemplateError, match="XSSProtection is not supported"):
        page_headers({"SecurityHeadersConfig": {"XSSProtection": {}}}, API)


async def test_missing_file_is_404(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/gone.js")).status_code == 404


@pytest.mark.parametrize(
    "path", [b"/../secret.txt", b"/%2e%2e/secret.txt", b"//etc/passwd.x", b"/%00."]
)
async def test_no_path_leads_out_of_the_folder(client: httpx.AsyncClient, path: bytes) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
        raw.sendall(b"GET " + path + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        await client.get("/")
        assert raw.recv(4096).startswith(b"HTTP/1.1 404 ")


async def test_head_has_no_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/")
    assert (response.status_code, response.content) == (200, b"")


async def test_other_methods_are_405(client: httpx.AsyncClient) -> None:
    assert (await client.post("/")).status_code == 405


async def test_missing_build_says_what_to_run(tmp_path: Path) -> None:
    async with (
        Server().serving(Page(tmp_path, "", []).handle) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as http,
    ):
        response = await http.get("/")
    assert (response.status_code, "run make dev" in response.text) == (404, True)
