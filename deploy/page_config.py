"""What the page needs to know about its stack."""

import boto3

from deploy.stack import Stack
from deploy.steps import DeployError

_ANY_FUNCTION_URL = "https://*.lambda-url."


def api_url(stack: Stack) -> str:
    return stack.outputs["FunctionUrl"].rstrip("/")


def page_config(stack: Stack) -> dict[str, object]:
    """Return the page's /config.json."""
    config: dict[str, object] = {"api": api_url(stack)}
    if issuer := stack.outputs.get("SignInIssuer"):
        config["oidc"] = {"issuer": issuer, "client_id": stack.outputs["SignInClientId"]}
    return config


def connect_src(stack: Stack) -> str:
    """Return the distribution's sources, with only this stack's Function URL among them."""
    policy = boto3.client("cloudfront").get_response_headers_policy(
        Id=stack.physical_id("PageHeaders")
    )["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    directives = policy["ContentSecurityPolicy"]["ContentSecurityPolicy"].split("; ")
    for name, *sources in map(str.split, directives):
        if name == "connect-src":
            return " ".join(
                api_url(stack) if source.startswith(_ANY_FUNCTION_URL) else source
                for source in sources
            )
    raise DeployError("The page's policy has no connect-src (PageHeaders in template.yaml).")
