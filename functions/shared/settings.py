"""The product's settings: one frozen object, built from the environment by `from_env`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.environment import Environment, SettingsError
from shared.gateway.url import gateway_name, gateway_url
from shared.models import Model, parse_models
from shared.package_text import PACKAGE, long_text

__all__ = ["Settings", "SettingsError"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds, budgets in tokens. A limit of 0 means no limit. `repr` hides secrets.

    `warmup_models` are the ids to keep warm. A model unused for `warm_idle_s` is warmed
    only once an hour.
    """

    gateway_urls: tuple[str, ...]
    default_model: str
    models: tuple[Model, ...]
    table_name: str
    allow_any_model: bool = False
    fallback_model: str = ""
    api_key: str = field(default="", repr=False)
    api_key_secret: str = ""
    session_secret: str = field(default="", repr=False)
    session_secret_name: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    system_prompt: str = ""
    max_tokens: int = 1024
    billing: str = "requested"
    token_budget_per_day: int = 0
    global_token_budget_per_day: int = 0
    requests_per_minute: int = 0
    concurrent_streams: int = 3
    first_token_warm_s: float = 20
    first_token_cold_s: float = 180
    idle_s: float = 30
    heartbeat_s: float = 10
    warmup_function: str = ""
    warmup_models: tuple[str, ...] = ()
    warmup_interval_s: float = 240
    warmups_per_day: int = 2000
    warm_idle_s: float = 24 * 3600
    warm_environments: int = 1
    log_level: str = "INFO"

    @property
    def gateway_names(self) -> list[str]:
        """The gateways' names in rows and events, in failover order."""
        return [gateway_name(url) for url in self.gateway_urls]

    @classmethod
    def from_env(
        cls, variables: Mapping[str, str] = os.environ, package: Path = PACKAGE
    ) -> "Settings":
        """Reads every setting, long texts from `package` too. Raises SettingsError."""
        env = Environment(variables)
        models = _models(env, package)
        ids = tuple(model.id for model in models)
        return cls(
            gateway_urls=_gateway_urls(env),
            default_model=_listed(env, "LIVEPEER_LLM_MODEL", ids) or ids[0],
            models=models,
            table_name=env.required("TABLE_NAME", "the name of the DynamoDB table"),
            allow_any_model=env.flag("ALLOW_ANY_MODEL"),
            fallback_model=_listed(env, "FALLBACK_MODEL", ids),
            api_key=env.text("LIVEPEER_API_KEY"),
            api_key_secret=env.text("LIVEPEER_API_KEY_SECRET"),
            session_secret=env.text("SESSION_SECRET"),
            session_secret_name=env.text("SESSION_SECRET_NAME"),
            oidc_issuer=_oidc_issuer(env),
            oidc_client_id=env.text("OIDC_CLIENT_ID"),
            system_prompt=long_text(env, "SYSTEM_PROMPT", package),
            max_tokens=env.whole("MAX_TOKENS", 1024, least=1),
            billing=env.choice("BILLING", ("requested", "used")),
            token_budget_per_day=env.whole("TOKEN_BUDGET_PER_DAY", 200_000),
            global_token_budget_per_day=env.whole("GLOBAL_TOKEN_BUDGET_PER_DAY", 5_000_000),
            requests_per_minute=env.whole("REQUESTS_PER_MINUTE", 30),
            concurrent_streams=env.whole("CONCURRENT_STREAMS", 3),
            first_token_warm_s=env.number("FIRST_TOKEN_WARM_S", 20),
            first_token_cold_s=env.number("FIRST_TOKEN_COLD_S", 180),
            idle_s=env.number("IDLE_S", 30),
            heartbeat_s=env.number("HEARTBEAT_S", 10),
            warmup_function=env.text("WARMUP_FUNCTION"),
            warmup_models=_warmup_models(env, ids),
            warmup_interval_s=_interval_s(env),
            warmups_per_day=env.whole("WARMUPS_PER_DAY", 2000),
            warm_idle_s=env.number("WARM_IDLE_HOURS", 24) * 3600,
            warm_environments=env.whole("WARM_ENVIRONMENTS", 1),
            log_level=env.text("LOG_LEVEL", "INFO"),
        )

    @property
    def default(self) -> Model:
        return next(model for model in self.models if model.id == self.default_model)

    def model(self, model_id: str) -> Model | None:
        """The model with this id, if it is on offer."""
        found = next((model for model in self.models if model.id == model_id), None)
        if found is None and model_id and self.allow_any_model:
            return Model.named(model_id)
        return found


def _models(env: Environment, package: Path) -> tuple[Model, ...]:
    text = long_text(env, "LIVEPEER_MODELS", package)
    try:
        return parse_models(text)
    except ValueError as error:
        raise SettingsError(f"LIVEPEER_MODELS: {error}") from None


def _listed(env: Environment, name: str, ids: tuple[str, ...]) -> str:
    model_id = env.text(name)
    if model_id and model_id not in ids:
        raise SettingsError(f"{name} is not in LIVEPEER_MODELS. Name one of the listed ids.")
    return model_id


def _warmup_models(env: Environment, ids: tuple[str, ...]) -> tuple[str, ...]:
    chosen = env.names("WARMUP_MODELS") or ids
    if not set(chosen) <= set(ids):
        raise SettingsError(
            "WARMUP_MODELS names a model that is not in LIVEPEER_MODELS. Name listed ids only."
        )
    return chosen


def _gateway_urls(env: Environment) -> tuple[str, ...]:
    urls = tuple(gateway_url(url) for url in env.names("LIVEPEER_GATEWAY_URL"))
    if not urls:
        raise SettingsError(
            "LIVEPEER_GATEWAY_URL is not set. Set it to the address of your LLM gateway."
        )
    return urls


def _oidc_issuer(env: Environment) -> str:
    issuer = env.text("OIDC_ISSUER").rstrip("/")
    if issuer and not issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError("OIDC_ISSUER is not an https address. Correct it.")
    if issuer and not env.text("OIDC_CLIENT_ID"):
        raise SettingsError("OIDC_CLIENT_ID is not set. Name the page's client at OIDC_ISSUER.")
    return issuer


def _interval_s(env: Environment) -> float:
    """Seconds between two scheduled rounds. A cron schedule counts as one every 4 minutes."""
    rate = env.text("WARMUP_RATE", "rate(4 minutes)")
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", rate):
        return int(match[1]) * {"minute": 60.0, "hour": 3600.0, "day": 86400.0}[match[2]]
    return 240.0
