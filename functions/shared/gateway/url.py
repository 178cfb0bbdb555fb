"""Completes the gateway addresses from the settings."""

from urllib.parse import urlsplit, urlunsplit

from shared.environment import SettingsError


def gateway_url(url: str) -> str:
    """A URL without a path is a go-livepeer gateway; `/v1` is what OpenAI's SDKs call base URL.

    Raises SettingsError.
    """
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


def gateway_name(url: str) -> str:
    """The name in rows and events: without path, and without credentials in the URL."""
    return urlsplit(url).netloc.rpartition("@")[2]
