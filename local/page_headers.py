"""The headers that the template's distribution adds to the page."""

from typing import Any

from local.intrinsics import PSEUDO_PARAMETERS, TemplateError

Pairs = list[tuple[str, str]]

# The template allows every Function URL because it cannot name its own.
ANY_FUNCTION_URL = f"https://*.lambda-url.{PSEUDO_PARAMETERS['AWS::Region']}.on.aws"


def page_headers(policy: dict[str, Any], api_url: str) -> Pairs:
    """Build them from a ResponseHeadersPolicyConfig. The page may connect to `api_url`."""
    security = dict(policy.get("SecurityHeadersConfig", {}))
    headers = [_security_header(name, value, api_url) for name, value in security.items()]
    for item in policy.get("CustomHeadersConfig", {}).get("Items", ()):
        headers.append((item["Header"], item["Value"]))
    return headers


def _security_header(name: str, value: dict[str, Any], api_url: str) -> tuple[str, str]:
    match name:
        case "ContentSecurityPolicy":
            policy = str(value["ContentSecurityPolicy"])
            return "content-security-policy", policy.replace(ANY_FUNCTION_URL, api_url)
        case "StrictTransportSecurity":
            scope = "; includeSubDomains" if value.get("IncludeSubdomains") else ""
            return "strict-transport-security", f"max-age={value['AccessControlMaxAgeSec']}{scope}"
        case "ContentTypeOptions":
            return "x-content-type-options", "nosniff"
        case "ReferrerPolicy":
            return "referrer-policy", value["ReferrerPolicy"]
        case _:
            raise TemplateError(
                f"{name} is not supported by the local cloud (local/page_headers.py)."
            )
