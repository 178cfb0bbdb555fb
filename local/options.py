"""The options of `make dev`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Options:
    """Times are in seconds. Port 0 takes a free one. `settings` override the template's values.

    Gateway and table also answer at the address `also_on`, beside 127.0.0.1.
    """

    page_port: int = 0
    url_port: int = 0
    gateway_port: int = 0
    dynamodb_port: int = 0
    dynamodb: Literal["ministack", "local"] = "ministack"
    gateway: Literal["model", "faults"] = "model"
    environments: int = 10
    warmup: bool = True
    cold_s: float = 0
    unload_s: float = 300
    down: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    state: Path = ROOT / ".local"
    page: Path = ROOT / "web" / "dist"
    also_on: str = ""
    echo: Callable[[str], None] = print

    @property
    def real_gateway_url(self) -> str:
        """The gateway's address from the environment, or "" for one that runs here."""
        return self.settings.get("LIVEPEER_GATEWAY_URL", "")
