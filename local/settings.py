"""What the functions get to know beside the template's own values."""

import secrets
from collections.abc import Mapping
from pathlib import Path

# Set in the environment of `make dev`, each of these wins over the template.
NAMES = (
    "LIVEPEER_GATEWAY_URL",
    "LIVEPEER_LLM_MODEL",
    "LIVEPEER_MODELS",
    "ALLOW_ANY_MODEL",
    "FALLBACK_MODEL",
    "LIVEPEER_API_KEY",
    "LIVEPEER_API_KEY_SECRET",
    "TABLE_NAME",
    "SESSION_SECRET",
    "SESSION_SECRET_NAME",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "TOKEN_BUDGET_PER_DAY",
    "GLOBAL_TOKEN_BUDGET_PER_DAY",
    "REQUESTS_PER_MINUTE",
    "CONCURRENT_STREAMS",
    "MAX_TOKENS",
    "BILLING",
    "SYSTEM_PROMPT",
    "FIRST_TOKEN_WARM_S",
    "FIRST_TOKEN_COLD_S",
    "IDLE_S",
    "HEARTBEAT_S",
    "WARMUP_MODELS",
    "WARMUP_RATE",
    "WARMUPS_PER_DAY",
    "WARM_IDLE_HOURS",
    "WARM_ENVIRONMENTS",
    "WARMUP_FUNCTION",
    "LOG_LEVEL",
)

# Names of secrets that exist only in AWS.
_IN_AWS = ("LIVEPEER_API_KEY_SECRET", "SESSION_SECRET_NAME")


def overrides(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in NAMES if name in environ}


def local_variables(
    declared: Mapping[str, str], local: Mapping[str, str], chosen: Mapping[str, str]
) -> dict[str, str]:
    """The template's variables, over them what is true here, over that what was chosen."""
    deployable = {name: value for name, value in declared.items() if name not in _IN_AWS}
    return {**deployable, **local, **chosen}


def provider(chosen: Mapping[str, str]) -> dict[str, str]:
    """The OIDC provider to sign in at as the page's /config.json names it, empty for none."""
    if not chosen.get("OIDC_ISSUER"):
        return {}
    return {"issuer": chosen["OIDC_ISSUER"], "client_id": chosen.get("OIDC_CLIENT_ID", "")}


def parameters(chosen: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters, where a chosen setting is one of them when it is deployed."""
    oidc = provider(chosen)
    if not oidc:
        return {}
    return {"SignIn": "provider", "OidcIssuer": oidc["issuer"], "OidcClientId": oidc["client_id"]}


def session_secret(state: Path) -> str:
    """Kept, so that sessions outlive a restart."""
    path = state / "session-secret"
    state.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
