"""Plans a reply: which gateways to ask, in which order, and how long to wait for each."""

from collections.abc import Sequence
from dataclasses import replace

import httpx

from chat.generation.attempt import Attempt, Phase
from chat.generation.generation import Generation
from chat.generation.warmth_cache import WarmthCache
from shared.aws.secret import gateway_key
from shared.gateway.client import Gateway
from shared.gateway.completion import CompletionRequest
from shared.gateway.reply import Clocks
from shared.gateway.tokens import estimate_prompt_tokens
from shared.models import Model
from shared.settings import Settings
from shared.warmth.warmth import WarmthMap

# A reply must end this many seconds before the function does, so that it can be saved.
DEADLINE_MARGIN_S = 8.0


class GenerationFactory:
    def __init__(
        self, settings: Settings, http: httpx.AsyncClient, warmth_cache: WarmthCache
    ) -> None:
        self._settings = settings
        self._http = http
        self._warmth_cache = warmth_cache
        self.gateway_names = settings.gateway_names
        self.model_ids = [model.id for model in settings.models]

    async def refresh(self) -> None:
        """Raises TableUnavailable."""
        await self._warmth_cache.read()

    async def prepare(self) -> tuple[Sequence[Gateway], WarmthMap]:
        """Does what can fail before a reply starts. Raises SettingsError and TableUnavailable."""
        key = await gateway_key(self._settings)
        gateways = [Gateway(url, self._http, key) for url in self._settings.gateway_urls]
        return gateways, await self._warmth_cache.read()

    def create(
        self,
        gateways: Sequence[Gateway],
        completion: CompletionRequest,
        remaining_s: float,
        avoid: str = "",
    ) -> Generation:
        """`avoid` names the gateway that failed this reply before."""
        settings = self._settings
        clocks = Clocks(
            first_token_s=settings.first_token_cold_s,
            idle_s=settings.idle_s,
            total_s=max(0.0, remaining_s - DEADLINE_MARGIN_S),
        )
        attempts = plan(settings, self._warmth_cache, gateways, completion, avoid)
        return Generation(attempts, self._warmth_cache, clocks, settings.first_token_warm_s)


def plan(
    settings: Settings,
    warmth_cache: WarmthCache,
    gateways: Sequence[Gateway],
    completion: CompletionRequest,
    avoid: str = "",
) -> list[Attempt]:
    """The first gateway twice, every other one once, then the fallback model if it is warm.

    Gateways with an open breaker come last. `avoid` names the gateway that failed this reply
    before.
    """
    ordered = sorted(
        gateways,
        key=lambda each: (
            warmth_cache.open_for_s(completion.model, each.name) > 0,
            each.name == avoid,
        ),
    )
    attempts = [
        _attempt(settings, warmth_cache, gateway, completion, phase)
        for gateway, phase in _phases(ordered)
    ]
    if fallback := _fallback(settings, warmth_cache, ordered, completion):
        attempts.append(fallback)
    # The last attempt may take as long as a cold start, because no other one follows.
    askable = [
        place
        for place, attempt in enumerate(attempts)
        if not warmth_cache.open_for_s(attempt.completion.model, attempt.gateway.name)
    ]
    last = askable[-1] if askable else -1
    attempts[last] = replace(attempts[last], first_token_s=settings.first_token_cold_s)
    return attempts


def _phases(gateways: Sequence[Gateway]) -> list[tuple[Gateway, Phase]]:
    first, *others = gateways
    return [(first, "connecting"), (first, "retrying"), *((each, "failover") for each in others)]


def _attempt(
    settings: Settings,
    warmth_cache: WarmthCache,
    gateway: Gateway,
    completion: CompletionRequest,
    phase: Phase,
) -> Attempt:
    warmth = warmth_cache.of(completion.model, gateway.name)
    warm = warmth.state == "warm"
    first_token_s = settings.first_token_warm_s if warm else settings.first_token_cold_s
    listed = any(model.id == completion.model for model in settings.models)
    return Attempt(gateway, completion, warmth, first_token_s, phase, listed)


def _fallback(
    settings: Settings,
    warmth_cache: WarmthCache,
    gateways: Sequence[Gateway],
    completion: CompletionRequest,
) -> Attempt | None:
    model: Model | None = settings.model(settings.fallback_model)
    if model is None or model.id == completion.model:
        return None
    if estimate_prompt_tokens(completion.messages) + completion.max_tokens > model.context_window:
        return None
    other = replace(completion, model=model.id)
    for gateway in gateways:
        attempt = _attempt(settings, warmth_cache, gateway, other, "failover")
        if attempt.warmth.state == "warm":
            return attempt
    return None
