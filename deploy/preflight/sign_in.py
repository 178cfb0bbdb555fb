"""What the sign-in provider says about itself: OpenID Connect Discovery 1.0."""

import httpx

from deploy.preflight.finding import Finding, problem
from deploy.preflight.plan import Plan

_SUBJECT = "sign-in"
_ELSE = "correct OidcIssuer, or set OidcTokenEndpoint to the provider's token endpoint."


def sign_in(plan: Plan) -> list[Finding]:
    """The page's policy names the token endpoint's host, so the deployment needs to know it."""
    mode, issuer = plan.parameters["SignIn"], plan.parameters["OidcIssuer"]
    if mode != "provider" or not issuer:
        return [Finding(_SUBJECT, {"cognito": "a Cognito user pool"}.get(mode, "anonymous only"))]
    if endpoint := plan.given.get("OidcTokenEndpoint"):
        return [Finding(_SUBJECT, f"{issuer}, with the token endpoint {endpoint} as given")]
    # https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        document = plan.http.get(address).raise_for_status().json()
        endpoint, named = document["token_endpoint"], document["issuer"]
    except httpx.HTTPError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [problem(_SUBJECT, f"{address} cannot be read ({reason}): {_ELSE}")]
    except (ValueError, KeyError, TypeError):
        text = f"{address} names no issuer or no token endpoint: {_ELSE}"
        return [problem(_SUBJECT, text)]
    if named != issuer:
        return [
            problem(
                _SUBJECT,
                f"{address} says that the issuer is {named}. Tokens carry that name, so set"
                f" OidcIssuer={named}",
            )
        ]
    if not isinstance(endpoint, str) or not endpoint.startswith("https://"):
        text = f"{address} names the token endpoint {endpoint}, which is not https: {_ELSE}"
        return [problem(_SUBJECT, text)]
    text = f"{issuer}, with the token endpoint {endpoint}"
    return [Finding(_SUBJECT, text, adds={"OidcTokenEndpoint": endpoint})]
