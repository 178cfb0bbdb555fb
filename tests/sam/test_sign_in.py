"""Which issuer the chat trusts, and which hosts the page may call to sign people in."""

from typing import Any

import pytest

from tests.sam.transformed import chosen, transformed

POOL = "us-east-1_AbCdEfGhI"
PROVIDER = {"SignIn": "provider", "OidcIssuer": "https://id.example/realm", "OidcClientId": "page"}


def page_may_ask(resources: dict[str, dict[str, Any]]) -> list[str]:
    """Return the hosts that the page's policy allows, besides its own and the Function URLs."""
    policy = resources["PageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    text: str = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    (sources,) = [each for each in text.split("; ") if each.startswith("connect-src")]
    return sources.split()[3:]


def issuer(resources: dict[str, dict[str, Any]]) -> str:
    return str(resources["ChatFunction"]["Properties"]["Environment"]["Variables"]["OIDC_ISSUER"])


def test_without_sign_in_there_is_no_issuer_and_no_other_host() -> None:
    resources = chosen()
    assert issuer(resources) == ""
    assert page_may_ask(resources) == []
    assert not {"UserPool", "UserPoolDomain", "UserPoolClient"} & resources.keys()


def test_cognito_makes_a_pool_a_domain_and_a_client() -> None:
    resources = chosen(SignIn="cognito")
    assert issuer(resources) == "https://cognito-idp.us-east-1.amazonaws.com/UserPool"
    for name in ("UserPoolDomain", "UserPoolClient"):
        assert resources[name]["Properties"]["UserPoolId"] == "UserPool"
    assert page_may_ask(resources)[1] == "https://UserPoolDomain.auth.us-east-1.amazoncognito.com"


def test_a_kept_pool_gets_a_new_domain_and_client() -> None:
    resources = chosen(SignIn="cognito", KeptUserPool=POOL)
    assert "UserPool" not in resources
    # The issuer in Cognito's tokens, from which user ids are made.
    assert issuer(resources) == f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}"
    for name in ("UserPoolDomain", "UserPoolClient"):
        assert resources[name]["Properties"]["UserPoolId"] == POOL
    assert page_may_ask(resources) == [
        "https://cognito-idp.us-east-1.amazonaws.com",
        "https://UserPoolDomain.auth.us-east-1.amazoncognito.com",
    ]


def test_a_kept_pools_own_domain_is_used() -> None:
    resources = chosen(SignIn="cognito", KeptUserPool=POOL, KeptUserPoolDomain="auth.example.com")
    assert "UserPoolDomain" not in resources
    assert page_may_ask(resources)[1] == "https://auth.example.com"


def test_a_kept_pool_is_not_touched_without_cognito() -> None:
    resources = chosen(**PROVIDER, KeptUserPool=POOL)
    assert issuer(resources) == PROVIDER["OidcIssuer"]
    assert not {"UserPool", "UserPoolDomain", "UserPoolClient"} & resources.keys()


@pytest.mark.parametrize(
    ("endpoint", "hosts"),
    [
        ("", ["https://id.example"]),
        (
            "https://tokens.example:8443/oauth/token",
            ["https://id.example", "https://tokens.example:8443"],
        ),
    ],
)
def test_the_page_may_ask_the_issuer_and_the_token_endpoint(
    endpoint: str, hosts: list[str]
) -> None:
    assert page_may_ask(chosen(**PROVIDER, OidcTokenEndpoint=endpoint)) == hosts


def test_a_provider_on_this_machine_needs_no_certificate() -> None:
    """`make dev` passes its address too."""
    local = {**PROVIDER, "OidcIssuer": "http://127.0.0.1:9000/realm"}
    assert page_may_ask(chosen(**local)) == ["http://127.0.0.1:9000"]


def test_the_outputs_name_the_kept_pool() -> None:
    outputs = transformed()["Outputs"]
    assert outputs["UserPoolId"]["Value"]["Fn::If"][:2] == [
        "KeepsUserPool",
        {"Ref": "KeptUserPool"},
    ]
