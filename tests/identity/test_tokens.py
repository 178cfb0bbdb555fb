"""The app's sessions and the provider's tokens identify a user. Other tokens are refused."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from ulid import ULID

from chat.identity.sessions import Sessions, key_id
from tests.api.client import Person
from tests.api.server import SESSION_SECRET, serving, settings_for
from tests.oidc import CLIENT, jwks, signed
from tests.scripted_gateway import Received, Script, ScriptedGateway, json_answer
from tests.table.local_table import TestTable

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedGateway]:
    """An OIDC provider that publishes its key as Cognito does."""
    async with ScriptedGateway() as provider:

        def answer(request: Received) -> Script:
            if request.path.endswith("openid-configuration"):
                return json_answer(200, {"jwks_uri": f"{provider.origin}/keys"})
            return json_answer(200, jwks())

        provider.script = answer
        yield provider


@pytest.fixture
async def http(
    gateway: ScriptedGateway, provider: ScriptedGateway, table: TestTable
) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_for(gateway, table, OIDC_ISSUER=provider.origin, OIDC_CLIENT_ID=CLIENT)
    async with (
        serving(settings, table) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        yield http


def claims_of(issuer: str, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": "someone",
        "client_id": CLIENT,
        "token_use": "access",
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "k1"}, claims)]
    return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."


async def test_access_token_of_the_provider_identifies_a_user(
    http: httpx.AsyncClient, provider: ScriptedGateway
) -> None:
    user = Person(http, signed(claims_of(provider.origin)))
    await user.send("Hello")
    later = Person(http, signed(claims_of(provider.origin, jti="2")))
    assert len((await later.get("/api/conversations")).json()["conversations"]) == 1


async def test_forged_tokens_are_401_and_the_keys_are_fetched_once(
    http: httpx.AsyncClient, provider: ScriptedGateway
) -> None:
    issuer, now = provider.origin, int(time.time())
    public = jwks()["keys"][0]["n"]
    mixed = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').rstrip(b"=").decode()
    forged = {
        "none": unsigned(claims_of(issuer)),
        "HS256 with the public key": jwt.encode(claims_of(issuer), public, "HS256"),
        "HS256 with our issuer and another key": jwt.encode(
            {**claims_of("livepeer-chat")}, "x" * 40, "HS256", headers={"kid": "x"}
        ),
        "HS256 with our key's id": jwt.encode(
            {**claims_of("livepeer-chat")},
            "x" * 40,
            "HS256",
            headers={"kid": key_id(SESSION_SECRET)},
        ),
        "other key": signed(claims_of(issuer), OTHER_KEY),
        "wrong issuer": signed(claims_of("https://elsewhere.example")),
        "wrong client": signed(claims_of(issuer, client_id="other")),
        "no client": signed(claims_of(issuer, client_id=None)),
        "id token": signed(claims_of(issuer, token_use="id")),
        "expired": signed(claims_of(issuer, exp=now - 10)),
        "not yet": signed(claims_of(issuer, nbf=now + 600)),
        "no exp": signed(claims_of(issuer, exp=None)),
        "unknown kid": signed(claims_of(issuer), kid="k2"),
        "jku": signed(claims_of(issuer), OTHER_KEY, jku="http://127.0.0.1:9/keys", kid="k3"),
        "crit": signed(claims_of(issuer), crit=["x"], x=1),
        "bad base64": f"{mixed}.%%%.%%%",
        "empty parts": "..",
    }
    for name, token in forged.items():
        answer = await http.get("/api/conversations", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
    paths = [request.path for request in provider.requests]
    assert paths == ["/.well-known/openid-configuration", "/keys"]


async def test_sign_in_claims_the_anonymous_conversations(
    http: httpx.AsyncClient, provider: ScriptedGateway
) -> None:
    anonymous = await Person.arrive(http)
    conversation_id = str(ULID())
    await anonymous.send("Before", conversation_id)
    user = Person(http, signed(claims_of(provider.origin)))
    token = anonymous.headers["authorization"].removeprefix("Bearer ")
    answer = await user.post("/api/sessions/claim", {"token": token})
    assert answer.json() == {"claimed": 1}
    assert len((await user.conversation(conversation_id))["messages"]) == 2
    assert (await anonymous.get(f"/api/conversations/{conversation_id}")).status_code == 404
    again = await user.post("/api/sessions/claim", {"token": token})
    assert again.json() == {"claimed": 0}
    refused = await anonymous.post("/api/sessions/claim", {"token": token})
    assert refused.status_code == 403


async def test_session_is_renewed_for_the_same_user(http: httpx.AsyncClient) -> None:
    person = await Person.arrive(http)
    conversation_id = str(ULID())
    await person.send("Hello", conversation_id)
    renewed = await person.post("/api/sessions")
    assert renewed.status_code == 200
    later = Person(http, renewed.json()["token"])
    assert len((await later.conversation(conversation_id))["messages"]) == 2


def test_previous_key_still_verifies() -> None:
    old, new = "o" * 40, "n" * 40
    token = Sessions([old]).start().token
    header = jwt.get_unverified_header(token)
    assert Sessions([new, old]).user_id(token, header).startswith("anon-")
    assert jwt.get_unverified_header(Sessions([new, old]).start().token)["kid"] == key_id(new)


async def test_concurrent_users_wait_for_the_provider_s_keys(
    http: httpx.AsyncClient, provider: ScriptedGateway
) -> None:
    users = [Person(http, signed(claims_of(provider.origin, sub=str(n)))) for n in range(4)]
    answers = await asyncio.gather(*(user.get("/api/me") for user in users))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(provider.requests) == 2


async def test_users_are_not_signed_out_while_the_provider_is_down(
    http: httpx.AsyncClient, provider: ScriptedGateway
) -> None:
    provider.script = json_answer(500, {})
    user = Person(http, signed(claims_of(provider.origin)))
    answers = [await user.get("/api/me") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503] * 2
    # The keys are fetched at most once a minute.
    assert len(provider.requests) == 1
