"""The product's settings: one frozen object, built from the environment by `from_env`."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from shared.models import DEFAULT_MODELS, Model


class SettingsError(ValueError):
    """A setting is missing or malformed; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds. Secrets never show in `repr`."""

    gateway_urls: tuple[str, ...]
    default_model: str
    models: tuple[Model, ...]
    table_name: str
    api_key: str = field(default="", repr=False)
    api_key_secret: str = ""
    session_secret: str = field(default="", repr=False)
    session_secret_name: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    system_prompt: str = ""
    max_tokens: int = 1024
    first_token_warm_s: float = 20
    first_token_cold_s: float = 180
    idle_s: float = 30
    heartbeat_s: float = 10
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Reads every setting. Raises SettingsError."""
        models = _models(env.get("LIVEPEER_MODELS", ""))
        default_model = env.get("LIVEPEER_LLM_MODEL") or models[0].id
        if default_model not in {model.id for model in models}:
            raise SettingsError(
                "LIVEPEER_LLM_MODEL is not in LIVEPEER_MODELS. Name one of the listed ids."
            )
        return cls(
            gateway_urls=_gateway_urls(env.get("LIVEPEER_GATEWAY_URL", "")),
            default_model=default_model,
            models=models,
            table_name=_required(env, "TABLE_NAME", "the name of the DynamoDB table"),
            api_key=env.get("LIVEPEER_API_KEY", ""),
            api_key_secret=env.get("LIVEPEER_API_KEY_SECRET", ""),
            session_secret=env.get("SESSION_SECRET", ""),
            session_secret_name=env.get("SESSION_SECRET_NAME", ""),
            oidc_issuer=_oidc_issuer(env),
            oidc_client_id=env.get("OIDC_CLIENT_ID", ""),
            system_prompt=env.get("SYSTEM_PROMPT", ""),
            max_tokens=int(_number(env, "MAX_TOKENS", 1024, least=1)),
            first_token_warm_s=_number(env, "FIRST_TOKEN_WARM_S", 20),
            first_token_cold_s=_number(env, "FIRST_TOKEN_COLD_S", 180),
            idle_s=_number(env, "IDLE_S", 30),
            heartbeat_s=_number(env, "HEARTBEAT_S", 10),
            log_level=env.get("LOG_LEVEL", "INFO"),
        )

    @property
    def default(self) -> Model:
        return next(model for model in self.models if model.id == self.default_model)

    def model(self, model_id: str) -> Model | None:
        return next((model for model in self.models if model.id == model_id), None)


def _required(env: Mapping[str, str], name: str, meaning: str) -> str:
    if value := env.get(name, ""):
        return value
    raise SettingsError(f"{name} is not set. Set it to {meaning}.")


def _number(env: Mapping[str, str], name: str, default: float, least: float = 0) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    # Written so that NaN fails too.
    if not least <= value < float("inf"):
        raise SettingsError(f"{name} is not a number from {least:g}. Correct it.")
    return value


def _oidc_issuer(env: Mapping[str, str]) -> str:
    issuer = env.get("OIDC_ISSUER", "").rstrip("/")
    if issuer and not issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError("OIDC_ISSUER is not an https address. Correct it.")
    if issuer and not env.get("OIDC_CLIENT_ID"):
        raise SettingsError("OIDC_CLIENT_ID is not set. Name the page's client at OIDC_ISSUER.")
    return issuer


def _gateway_urls(text: str) -> tuple[str, ...]:
    urls = tuple(_gateway_url(url.strip()) for url in text.split(",") if url.strip())
    if not urls:
        raise SettingsError(
            "LIVEPEER_GATEWAY_URL is not set. Set it to the address of your LLM gateway."
        )
    return urls


def _gateway_url(url: str) -> str:
    """A URL without a path is a go-livepeer gateway; `/v1` is the base URL of OpenAI's SDKs."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise SettingsError(
            "LIVEPEER_GATEWAY_URL is not a list of http or https addresses. Correct it."
        )
    path = parts.path.rstrip("/") or "/llm"
    path = f"{path}/chat/completions" if path.endswith("/v1") else path
    return urlunsplit(parts._replace(path=path))


def _models(text: str) -> tuple[Model, ...]:
    if not text:
        return DEFAULT_MODELS
    try:
        items: Any = json.loads(text)
    except ValueError:
        raise SettingsError("LIVEPEER_MODELS is not JSON. Write a list of models.") from None
    if not isinstance(items, list) or not items:
        raise SettingsError("LIVEPEER_MODELS is not a list with at least one model.")
    try:
        return tuple(Model.from_json(item) for item in items)
    except ValueError as error:
        raise SettingsError(f"LIVEPEER_MODELS: {error}") from None
