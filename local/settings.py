"""The functions' environment: the template's values and what overrides them locally."""

import secrets
from collections.abc import Mapping
from pathlib import Path

# Variables in the environment of `make dev` that override the template.
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

# These name secrets that exist only in AWS.
_IN_AWS = ("LIVEPEER_API_KEY_SECRET", "SESSION_SECRET_NAME")


def overrides(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in NAMES if name in environ}


def local_variables(
    declared: Mapping[str, str], local: Mapping[str, str], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Merge the template's variables, those of this machine, and the user's; the last wins."""
    deployable = {name: value for name, value in declared.items() if name not in _IN_AWS}
    return {**deployable, **local, **chosen}


def provider(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the OIDC provider for the page's /config.json, or {} without one."""
    if not chosen.get("OIDC_ISSUER"):
        return {}
    return {"issuer": chosen["OIDC_ISSUER"], "client_id": chosen.get("OIDC_CLIENT_ID", "")}


def parameters(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the template parameters that correspond to the user's settings."""
    oidc = provider(chosen)
    if not oidc:
        return {}
    return {"SignIn": "provider", "OidcIssuer": oidc["issuer"], "OidcClientId": oidc["client_id"]}


def session_secret(state: Path) -> str:
    """Return the secret. It is kept in `state`, so that sessions survive a restart."""
    path = state / "session-secret"
    state.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
